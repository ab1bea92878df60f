using QEngine.Codes;
using QEngine.Memory;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace QEngine.Retrieval;

/// <summary>
/// Turns the numbers of embeddings into few bits each: column i of a row is about base[i] + step[i] v with v a small whole number.
/// </summary>
/// <remarks>
/// Eight bits cover the used range of every column; four bits its part within 2.25 standard deviations of the mean, what is beyond being
/// taken to the end; one bit says on which side of the mean a number is, and stands for the mean distance from it. On angles of trained
/// models the nearest by such codes were measured to hold more of the best ten than with all of [0, pi], or with one width for all columns;
/// of four bits, with all of the used range too. Immutable.
/// </remarks>
internal sealed class ScalarQuantizer
{
    // Rows that means and deviations are taken from, evenly spread.
    private const int TrainingRows = 1 << 16;

    // Half a range in standard deviations, for four bits.
    private const double Deviations = 2.25;

    private readonly float[] _bases, _steps;

    /// <summary>Takes in what <see cref="Train"/> found before, as read from a file.</summary>
    /// <param name="bits">Bits a number.</param>
    /// <param name="bases">[k], finite.</param>
    /// <param name="steps">[k], finite and not negative.</param>
    /// <exception cref="QEngineException">
    /// The lengths differ or are 0, a number is not in its range, or there is no code of so many bits.
    /// </exception>
    public ScalarQuantizer(CodeBits bits, ReadOnlySpan<float> bases, ReadOnlySpan<float> steps)
    {
        (Bits, Format) = (bits, CodeFormats.Create(bits));
        if (bases.IsEmpty || bases.Length != steps.Length)
            throw new QEngineException($"codes: expected as many bases as steps, found {bases.Length} and {steps.Length}");
        for (int i = 0; i < bases.Length; i++)
        {
            if (!float.IsFinite(bases[i])) throw new QEngineException($"codes: expected finite bases, found {bases[i]} in column {i}");
            if (!(float.IsFinite(steps[i]) && steps[i] >= 0))
                throw new QEngineException($"codes: expected steps of at least 0, found {steps[i]} in column {i}");
        }
        (_bases, _steps) = (bases.ToArray(), steps.ToArray());
    }

    /// <summary>Bits a number.</summary>
    public CodeBits Bits { get; }

    /// <summary>k, numbers a row.</summary>
    public int Dimension => _bases.Length;

    /// <summary>Bytes a row: k bits / 8, rounded up.</summary>
    public int BytesPerRow => Format.Bytes(Dimension);

    /// <summary>[k], the number that v = 0 stands for.</summary>
    public ReadOnlySpan<float> Bases => _bases;

    /// <summary>[k], what 1 is added to v for; 0 where a column is constant.</summary>
    public ReadOnlySpan<float> Steps => _steps;

    internal ICodeFormat Format { get; }

    /// <summary>Fits ranges to rows.</summary>
    /// <param name="bits">Bits a number.</param>
    /// <param name="dimension">k, at least 1.</param>
    /// <param name="rows">[n, k], n at least 1, finite; means and deviations are those of 65,536 rows where there are more.</param>
    /// <exception cref="ArgumentException">There is no row, or the length does not fit.</exception>
    public static ScalarQuantizer Train(CodeBits bits, int dimension, ReadOnlySpan<float> rows)
    {
        if (dimension < 1 || rows.IsEmpty || rows.Length % dimension != 0)
            throw new ArgumentException($"expected one row or more of {dimension} numbers, found {rows.Length} numbers", nameof(rows));
        int count = rows.Length / dimension, used = Math.Min(count, TrainingRows);
        float[] min = rows[..dimension].ToArray(), max = rows[..dimension].ToArray();
        for (int row = 1; row < count; row++)
        {
            TensorPrimitives.Min(min, rows.Slice(row * dimension, dimension), min);
            TensorPrimitives.Max(max, rows.Slice(row * dimension, dimension), max);
        }
        ColumnRange[] ranges = new ColumnRange[dimension];
        for (int column = 0; column < dimension; column++) (ranges[column].Min, ranges[column].Max) = (min[column], max[column]);
        for (int i = 0; i < used; i++) AddMeans(ranges, rows.Slice((int)((long)i * count / used) * dimension, dimension));
        for (int column = 0; column < dimension; column++) ranges[column].Mean /= used;
        for (int i = 0; i < used; i++) AddDeviations(ranges, rows.Slice((int)((long)i * count / used) * dimension, dimension));

        float[] bases = new float[dimension], steps = new float[dimension];
        for (int column = 0; column < dimension; column++)
        {
            (double low, double high) = ranges[column].Of(bits, used);
            ICodeFormat format = CodeFormats.Create(bits);
            double step = (high - low) / (format.MaxValue - format.MinValue);
            (bases[column], steps[column]) = ((float)(low - (step * format.MinValue)), (float)step);
        }
        return new ScalarQuantizer(bits, bases, steps);
    }

    /// <summary>Writes the codes of a row.</summary>
    /// <param name="row">[k], finite.</param>
    /// <param name="codes">[<see cref="BytesPerRow"/>].</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Encode(ReadOnlySpan<float> row, Span<byte> codes)
    {
        Require(row.Length, codes.Length);
        Span<sbyte> values = Scratch<ScalarQuantizer, sbyte>.Rent(Dimension);
        for (int i = 0; i < row.Length; i++)
        {
            float value = _steps[i] > 0 ? (row[i] - _bases[i]) / _steps[i] : 0;
            values[i] = (sbyte)Math.Clamp(MathF.Round(value), Format.MinValue, Format.MaxValue);
        }
        Format.Pack(values, codes);
    }

    /// <summary>The row that codes stand for.</summary>
    /// <param name="codes">[<see cref="BytesPerRow"/>], any bits.</param>
    /// <param name="row">[k].</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Decode(ReadOnlySpan<byte> codes, Span<float> row)
    {
        Require(row.Length, codes.Length);
        Span<sbyte> values = Scratch<ScalarQuantizer, sbyte>.Rent(Format.Columns(Dimension));
        Format.Unpack(codes, values);
        for (int i = 0; i < row.Length; i++) row[i] = _bases[i] + (_steps[i] * values[i]);
    }

    private static void AddMeans(ColumnRange[] ranges, ReadOnlySpan<float> row)
    {
        for (int i = 0; i < row.Length; i++) ranges[i].Mean += row[i];
    }

    private static void AddDeviations(ColumnRange[] ranges, ReadOnlySpan<float> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            double deviation = row[i] - ranges[i].Mean;
            ranges[i].Distances += Math.Abs(deviation);
            ranges[i].Squares += deviation * deviation;
        }
    }

    private void Require(int numbers, int bytes)
    {
        if (numbers != Dimension || bytes != BytesPerRow)
            throw new ArgumentException($"expected a row of {Dimension} numbers and {BytesPerRow} bytes, found {numbers} and {bytes}");
    }

    /// <summary>What is known of a column: sums until they are divided.</summary>
    private struct ColumnRange
    {
        public double Min, Max, Mean, Distances, Squares;

        public readonly (double Low, double High) Of(CodeBits bits, int rows)
        {
            double distance = Distances / rows, reach = Deviations * Math.Sqrt(Squares / rows);
            return bits switch
            {
                CodeBits.One => (Mean - distance, Mean + distance),
                CodeBits.Four => (Math.Max(Min, Mean - reach), Math.Min(Max, Mean + reach)),
                _ => (Min, Max),
            };
        }
    }
}
