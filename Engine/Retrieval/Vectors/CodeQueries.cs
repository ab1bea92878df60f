using QEngine.Codes;

namespace QEngine.Retrieval;

/// <summary>
/// Queries as codes are compared with them: whole numbers too, of sixteen bits, for the differences from the bases times the steps.
/// </summary>
/// <remarks>
/// With r = q - base and a row base + step v: |q - row|^2 = |r|^2 + |step v|^2 - 2 sum_i r_i step_i v_i. The factors r_i step_i are rounded
/// to whole multiples of a scale, the finest for which every product is exact (<see cref="ICodeFormat"/>); what that changes in a product
/// is at most the length of the rounding errors times the length of v.
/// </remarks>
internal sealed class CodeQueries
{
    private const int ExactProducts = 1 << 24;

    private short[] _weights = [];
    private double[] _scales = [], _squares = [], _errors = [];

    /// <summary>[count, columns].</summary>
    public ReadOnlySpan<short> Weights(int length) => _weights.AsSpan(0, length);

    /// <summary>What a unit of a product is worth.</summary>
    public double Scale(int query) => _scales[query];

    /// <summary>|r|^2.</summary>
    public double Squares(int query) => _squares[query];

    /// <summary>The length of the rounding errors.</summary>
    public double Error(int query) => _errors[query];

    /// <summary>Takes queries in.</summary>
    public void Load(ScalarQuantizer quantizer, QueryChunk queries)
    {
        int columns = quantizer.Format.Columns(quantizer.Dimension), length = columns * queries.Count;
        if (_weights.Length < length) _weights = new short[length];
        if (_scales.Length < queries.Count)
            (_scales, _squares, _errors) = (new double[queries.Count], new double[queries.Count], new double[queries.Count]);
        for (int query = 0; query < queries.Count; query++)
            Load(quantizer, queries.Query(query), query, _weights.AsSpan(query * columns, columns));
    }

    private void Load(ScalarQuantizer quantizer, ReadOnlySpan<float> row, int query, Span<short> weights)
    {
        double sum = 0, max = 0, squares = 0, errors = 0;
        int maxCode = Math.Max(quantizer.Format.MaxValue, -quantizer.Format.MinValue);
        for (int i = 0; i < row.Length; i++)
        {
            double difference = (double)row[i] - quantizer.Bases[i], factor = Math.Abs(difference * quantizer.Steps[i]);
            sum += factor;
            max = Math.Max(max, factor);
            squares += difference * difference;
        }
        // Rounding adds half a unit a column at most.
        double room = ((double)ExactProducts / maxCode) - row.Length, scale = Math.Max(sum / room, max / short.MaxValue);
        if (!(scale > 0)) scale = 1;
        weights.Clear();
        for (int i = 0; i < row.Length; i++)
        {
            double factor = ((double)row[i] - quantizer.Bases[i]) * quantizer.Steps[i];
            weights[i] = (short)Math.Clamp(Math.Round(factor / scale), -short.MaxValue, short.MaxValue);
            double error = factor - (scale * weights[i]);
            errors += error * error;
        }
        (_scales[query], _squares[query], _errors[query]) = (scale, squares, Math.Sqrt(errors));
    }
}
