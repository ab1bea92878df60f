namespace QEngine.Tests.Oracles;

/// <summary>Layer normalisation by its definition.</summary>
internal sealed class LayerNormOracle
{
    private readonly int _rows, _columns;
    private readonly double[] _gamma;

    public LayerNormOracle(double[] s, double[] gamma, double[] beta, double epsilon)
    {
        (_columns, _rows, _gamma) = (gamma.Length, s.Length / gamma.Length, gamma);
        (Y, Normalized, InverseDeviation) = (new double[s.Length], new double[s.Length], new double[_rows]);
        for (int r = 0; r < _rows; r++)
        {
            double mean = 0, variance = 0;
            for (int c = 0; c < _columns; c++) mean += s[(r * _columns) + c] / _columns;
            for (int c = 0; c < _columns; c++) variance += Math.Pow(s[(r * _columns) + c] - mean, 2) / _columns;
            InverseDeviation[r] = 1 / Math.Sqrt(variance + epsilon);
            for (int i = r * _columns, c = 0; c < _columns; i++, c++)
            {
                Normalized[i] = (s[i] - mean) * InverseDeviation[r];
                Y[i] = (gamma[c] * Normalized[i]) + beta[c];
            }
        }
    }

    public double[] Y { get; }

    public double[] Normalized { get; }

    public double[] InverseDeviation { get; }

    /// <summary>Gradient of s: with g = gamma dy, (g - mean(g) - n mean(g n)) / deviation.</summary>
    public double[] Backward(double[] dy)
    {
        double[] ds = new double[dy.Length];
        for (int r = 0; r < _rows; r++)
        {
            double mean = 0, meanN = 0;
            for (int i = r * _columns, c = 0; c < _columns; i++, c++)
            {
                mean += _gamma[c] * dy[i] / _columns;
                meanN += _gamma[c] * dy[i] * Normalized[i] / _columns;
            }
            for (int i = r * _columns, c = 0; c < _columns; i++, c++)
                ds[i] = ((_gamma[c] * dy[i]) - mean - (Normalized[i] * meanN)) * InverseDeviation[r];
        }
        return ds;
    }

    public (double[] Gamma, double[] Beta) BackwardParameters(double[] dy)
    {
        double[] dgamma = new double[_columns], dbeta = new double[_columns];
        for (int i = 0; i < dy.Length; i++)
        {
            dgamma[i % _columns] += dy[i] * Normalized[i];
            dbeta[i % _columns] += dy[i];
        }
        return (dgamma, dbeta);
    }
}
