namespace QEngine.Tools.Heads;

/// <summary>The vectors of a task.</summary>
/// <param name="Data">[rows, columns], finite.</param>
/// <param name="Columns">d.</param>
internal sealed record Vectors(float[] Data, int Columns)
{
    private const int MeasuredForLength = 1000;

    /// <summary>Number of vectors.</summary>
    public int Rows => Data.Length / Columns;

    /// <summary>One vector.</summary>
    public ReadOnlySpan<float> this[int row] => Data.AsSpan(row * Columns, Columns);

    /// <summary>The root of the mean squared length of some rows, or of a thousand of them; 0 where there are none.</summary>
    public double Length(ReadOnlySpan<int> rows)
    {
        int count = Math.Min(rows.Length, MeasuredForLength);
        double squares = 0;
        for (int i = 0; i < count; i++)
        {
            foreach (float value in this[rows[(int)((long)i * rows.Length / count)]]) squares += (double)value * value;
        }
        return Math.Sqrt(squares / Math.Max(1, count));
    }
}
