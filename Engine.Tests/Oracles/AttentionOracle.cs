namespace QEngine.Tests.Oracles;

/// <summary>Attention over packed sequences by its definition, one scalar at a time.</summary>
/// <param name="Heads">Number of heads.</param>
/// <param name="Hidden">Hidden size.</param>
/// <param name="Mask">Dropout factor (0 or 1/(1-p)) of an element of the weight of key j for query i, element j n + i of an item; items are (sequence, head).</param>
internal sealed record AttentionOracle(int Heads, int Hidden, Func<int, int, double> Mask)
{
    private int Width => Hidden / Heads;

    public double[] Forward(double[] qkv, int[] offsets)
    {
        double[] output = new double[qkv.Length / 3];
        for (int sequence = 0; sequence < offsets.Length - 1; sequence++)
            for (int head = 0; head < Heads; head++)
            {
                int first = offsets[sequence], n = offsets[sequence + 1] - first;
                double[,] p = Weights(qkv, first, n, head);
                for (int i = 0; i < n; i++)
                    for (int j = 0; j < n; j++)
                        for (int c = 0; c < Width; c++)
                            output[((first + i) * Hidden) + (head * Width) + c] +=
                                Mask((sequence * Heads) + head, (j * n) + i) * p[i, j] * qkv[At(first + j, 2, head, c)];
            }
        return output;
    }

    /// <summary>ln sum over j of e^(q_i . k_j / sqrt(d)), [heads, tokens].</summary>
    public double[] Statistics(double[] qkv, int[] offsets)
    {
        int tokens = offsets[^1];
        double[] statistics = new double[Heads * tokens];
        for (int sequence = 0; sequence < offsets.Length - 1; sequence++)
            for (int head = 0; head < Heads; head++)
                for (int i = offsets[sequence]; i < offsets[sequence + 1]; i++)
                {
                    double sum = 0;
                    for (int j = offsets[sequence]; j < offsets[sequence + 1]; j++) sum += Math.Exp(Score(qkv, i, j, head));
                    statistics[(head * tokens) + i] = Math.Log(sum);
                }
        return statistics;
    }

    /// <summary>The gradient of qkv, with the softmax's Jacobian dp_j/ds_l = p_j (delta_jl - p_l) written out.</summary>
    public double[] Backward(double[] qkv, int[] offsets, double[] doutput)
    {
        double[] dqkv = new double[qkv.Length];
        for (int sequence = 0; sequence < offsets.Length - 1; sequence++)
            for (int head = 0; head < Heads; head++)
                Item(qkv, offsets[sequence], offsets[sequence + 1] - offsets[sequence], head, (sequence * Heads) + head, doutput, dqkv);
        return dqkv;
    }

    private void Item(double[] qkv, int first, int n, int head, int item, double[] doutput, double[] dqkv)
    {
        double[,] p = Weights(qkv, first, n, head);
        for (int i = 0; i < n; i++)
        {
            double[] dp = new double[n];
            for (int j = 0; j < n; j++)
                for (int c = 0; c < Width; c++)
                {
                    double d = doutput[((first + i) * Hidden) + (head * Width) + c];
                    dp[j] += Mask(item, (j * n) + i) * d * qkv[At(first + j, 2, head, c)];
                    dqkv[At(first + j, 2, head, c)] += Mask(item, (j * n) + i) * p[i, j] * d;
                }
            for (int l = 0; l < n; l++)
            {
                double ds = 0;
                for (int j = 0; j < n; j++) ds += dp[j] * p[i, j] * ((j == l ? 1 : 0) - p[i, l]);
                for (int c = 0; c < Width; c++)
                {
                    dqkv[At(first + i, 0, head, c)] += ds / Math.Sqrt(Width) * qkv[At(first + l, 1, head, c)];
                    dqkv[At(first + l, 1, head, c)] += ds / Math.Sqrt(Width) * qkv[At(first + i, 0, head, c)];
                }
            }
        }
    }

    private double[,] Weights(double[] qkv, int first, int n, int head)
    {
        double[,] p = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            double sum = 0;
            for (int j = 0; j < n; j++) sum += p[i, j] = Math.Exp(Score(qkv, first + i, first + j, head));
            for (int j = 0; j < n; j++) p[i, j] /= sum;
        }
        return p;
    }

    private double Score(double[] qkv, int i, int j, int head)
    {
        double dot = 0;
        for (int c = 0; c < Width; c++) dot += qkv[At(i, 0, head, c)] * qkv[At(j, 1, head, c)];
        return dot / Math.Sqrt(Width);
    }

    private int At(int token, int part, int head, int column) => (token * 3 * Hidden) + (part * Hidden) + (head * Width) + column;
}
