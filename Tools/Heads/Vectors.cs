using System.Globalization;

namespace QEngine.Tools.Heads;

/// <summary>The vectors of a task.</summary>
/// <param name="Data">[rows, columns], finite.</param>
/// <param name="Columns">d.</param>
internal sealed record Vectors(float[] Data, int Columns)
{
    private const int MeasuredForLength = 1000;

    // Beside one that is longer by more, the others have no digits left; squares of a longer one do not fit single precision after
    // centring.
    private const double MaxProportion = 1e12, MaxLength = 1e36;

    /// <summary>Number of vectors.</summary>
    public int Rows => Data.Length / Columns;

    /// <summary>One vector.</summary>
    public ReadOnlySpan<float> this[int row] => Data.AsSpan(row * Columns, Columns);

    /// <summary>Requires vectors that can be compared in single precision, none out of all proportion to the others.</summary>
    /// <param name="path">Their file, for the message.</param>
    /// <exception cref="QEngineException">A vector is too long; names its row.</exception>
    public void RequireProportion(string path)
    {
        double[] lengths = new double[Rows];
        for (int row = 0; row < lengths.Length; row++)
        {
            double squares = 0;
            foreach (float value in this[row]) squares += (double)value * value;
            lengths[row] = Math.Sqrt(squares);
        }
        double[] sorted = [.. lengths.Where(length => length > 0).Order()];
        // Nine of ten are no longer, or all but one of a few.
        double usual = sorted.Length > 1 ? sorted[^(1 + Math.Max(1, sorted.Length / 10))] : 0;
        double maxLength = usual > 0 ? Math.Min(MaxLength, MaxProportion * usual) : MaxLength;
        int found = Array.FindIndex(lengths, length => length > maxLength);
        if (found < 0) return;
        throw new QEngineException(string.Create(
            CultureInfo.InvariantCulture,
            $"expected vectors of a length of at most {maxLength:G3} (most are up to {usual:G3} long), "
            + $"found one of {lengths[found]:G3} at row {found} of {path}"));
    }

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
