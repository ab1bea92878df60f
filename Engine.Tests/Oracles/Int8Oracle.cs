namespace QEngine.Tests.Oracles;

/// <summary>Quantisation to eight bits and its matrix product by their definitions, one number after another.</summary>
internal static class Int8Oracle
{
    private const float Least = 1e-30f;

    /// <summary>Codes of weights and their scale: x 127 / max|x| rounded to even, max|x| / 127.</summary>
    public static (int[] Codes, float Scale) Weights(ReadOnlySpan<float> row)
    {
        float max = 0;
        foreach (float x in row) max = MathF.Max(max, MathF.Abs(x));
        return max < Least ? (new int[row.Length], 0) : (Rounded(row, 127 / max), max / 127);
    }

    /// <summary>Codes of a row less that of 0, and their scale: the codes are from 0 to 255, and 0 has one.</summary>
    public static (int[] Codes, float Scale) Numbers(ReadOnlySpan<float> row)
    {
        float min = 0, max = 0;
        foreach (float x in row) (min, max) = (MathF.Min(min, x), MathF.Max(max, x));
        float range = max - min;
        if (range < Least) return (new int[row.Length], 0);
        double zero = Math.Round(-min * (254 / range), MidpointRounding.ToEven);
        return (Rounded(row, 254 / range, (int)zero), range / 254);
    }

    /// <summary>C = A W^T: whole sums, times the row's scale, times the column's.</summary>
    /// <param name="a">[rows, inputs].</param>
    /// <param name="w">[outputs, inputs].</param>
    /// <param name="inputs">Columns of both.</param>
    public static float[] Multiply(float[] a, float[] w, int inputs)
    {
        (int[] Codes, float Scale)[] rows = [.. a.Chunk(inputs).Select(row => Numbers(row))], outputs = [.. w.Chunk(inputs).Select(row => Weights(row))];
        float[] c = new float[rows.Length * outputs.Length];
        for (int i = 0; i < rows.Length; i++)
            for (int j = 0; j < outputs.Length; j++)
            {
                long sum = 0;
                for (int p = 0; p < inputs; p++) sum += rows[i].Codes[p] * outputs[j].Codes[p];
                c[(i * outputs.Length) + j] = sum * rows[i].Scale * outputs[j].Scale;
            }
        return c;
    }

    // A half goes to the even one of the numbers that are moved by zero.
    private static int[] Rounded(ReadOnlySpan<float> row, float factor, int zero = 0)
    {
        int[] codes = new int[row.Length];
        for (int i = 0; i < codes.Length; i++) codes[i] = (int)Math.Round((double)(row[i] * factor) + zero, MidpointRounding.ToEven) - zero;
        return codes;
    }
}
