using QEngine.Memory;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace QEngine.Retrieval;

/// <summary>
/// The few numbers that each column of embeddings is rounded to: column i of a row is about base[i] + step[i] v with v a small whole
/// number.
/// </summary>
/// <remarks>
/// Eight bits cover the used range of every column; fewer its part within some standard deviations of the mean, what is beyond being
/// taken to the end: 2.25 of four bits and 1.5 of two, where equal steps err least on normal numbers (Max, 1960: 1.49). One bit says on
/// which side of the mean a number is, and stands for the mean distance from it. On angles of trained models the nearest by such codes
/// were measured to hold more of the best ten than with all of [0, pi], or with one width for all columns; of four bits, with all of the
/// used range too. Immutable.
/// </remarks>
internal sealed class ScalarLevels
{
    // Rows that means and deviations are taken from, evenly spread.
    private const int TrainingRows = 1 << 16;

    private readonly float[] _bases, _steps;

    /// <summary>Takes in what <see cref="Train"/> found before, as read from a file.</summary>
    /// <param name="bits">Bits a number, 1, 2, 4 or 8.</param>
    /// <param name="bases">[k], finite.</param>
    /// <param name="steps">[k], finite and not negative.</param>
    /// <exception cref="QEngineException">The lengths differ or are 0, or a number is not in its range.</exception>
    public ScalarLevels(int bits, ReadOnlySpan<float> bases, ReadOnlySpan<float> steps)
    {
        if (bits is not (1 or 2 or 4 or 8)) throw new QEngineException($"codes: expected 1, 2, 4 or 8 bits, found {bits}");
        if (bases.IsEmpty || bases.Length != steps.Length)
            throw new QEngineException($"codes: expected as many bases as steps, found {bases.Length} and {steps.Length}");
        for (int i = 0; i < bases.Length; i++)
        {
            if (!float.IsFinite(bases[i])) throw new QEngineException($"codes: expected finite bases, found {bases[i]} in column {i}");
            if (!(float.IsFinite(steps[i]) && steps[i] >= 0))
                throw new QEngineException($"codes: expected steps of at least 0, found {steps[i]} in column {i}");
        }
        (MinValue, MaxValue) = Values(bits);
        (_bases, _steps) = (bases.ToArray(), steps.ToArray());
    }

    /// <summary>k, numbers a row.</summary>
    public int Dimension => _bases.Length;

    /// <summary>The smallest v: -128 of eight bits, otherwise 0.</summary>
    public int MinValue { get; }

    /// <summary>The largest v.</summary>
    public int MaxValue { get; }

    /// <summary>[k], the number that v = 0 stands for.</summary>
    public ReadOnlySpan<float> Bases => _bases;

    /// <summary>[k], what 1 is added to v for; 0 where a column is constant.</summary>
    public ReadOnlySpan<float> Steps => _steps;

    /// <summary>Fits ranges to rows.</summary>
    /// <param name="bits">Bits a number, 1, 2, 4 or 8.</param>
    /// <param name="dimension">k, at least 1.</param>
    /// <param name="rows">[n, k], n at least 1, finite; means and deviations are those of 65,536 rows where there are more.</param>
    /// <exception cref="ArgumentException">There is no row, or the length does not fit.</exception>
    public static ScalarLevels Train(int bits, int dimension, ReadOnlySpan<float> rows)
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

        (int minValue, int maxValue) = Values(bits);
        float[] bases = new float[dimension], steps = new float[dimension];
        for (int column = 0; column < dimension; column++)
        {
            (double low, double high) = ranges[column].Of(bits, used);
            double step = (high - low) / (maxValue - minValue);
            (bases[column], steps[column]) = ((float)(low - (step * minValue)), (float)step);
        }
        return new ScalarLevels(bits, bases, steps);
    }

    /// <summary>The values of a row.</summary>
    /// <param name="row">[k], finite.</param>
    /// <param name="values">[k or more], receives v of each number.</param>
    public void Quantize(ReadOnlySpan<float> row, Span<sbyte> values)
    {
        for (int i = 0; i < row.Length; i++)
        {
            float value = _steps[i] > 0 ? (row[i] - _bases[i]) / _steps[i] : 0;
            values[i] = (sbyte)Math.Clamp(MathF.Round(value), MinValue, MaxValue);
        }
    }

    /// <summary>The row that values stand for.</summary>
    /// <param name="values">[k or more].</param>
    /// <param name="row">[k].</param>
    public void Dequantize(ReadOnlySpan<sbyte> values, Span<float> row)
    {
        for (int i = 0; i < row.Length; i++) row[i] = _bases[i] + (_steps[i] * values[i]);
    }

    /// <summary>Replaces rows by what their values stand for.</summary>
    /// <param name="rows">[n, k], finite.</param>
    /// <exception cref="ArgumentException">The length is no multiple of k.</exception>
    public void Round(Span<float> rows)
    {
        Require.Rows<float>(rows, Dimension);
        Span<sbyte> values = Scratch<ScalarLevels, sbyte>.Rent(Dimension);
        for (int first = 0; first < rows.Length; first += Dimension)
        {
            Span<float> row = rows.Slice(first, Dimension);
            Quantize(row, values);
            Dequantize(values, row);
        }
    }

    private static (int Min, int Max) Values(int bits) => bits == 8 ? (sbyte.MinValue, sbyte.MaxValue) : (0, (1 << bits) - 1);

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

    /// <summary>What is known of a column: sums until they are divided.</summary>
    private struct ColumnRange
    {
        public double Min, Max, Mean, Distances, Squares;

        public readonly (double Low, double High) Of(int bits, int rows)
        {
            double distance = Distances / rows, deviation = Math.Sqrt(Squares / rows);
            return bits switch
            {
                1 => (Mean - distance, Mean + distance),
                2 => Within(1.5 * deviation),
                4 => Within(2.25 * deviation),
                _ => (Min, Max),
            };
        }

        private readonly (double Low, double High) Within(double reach) => (Math.Max(Min, Mean - reach), Math.Min(Max, Mean + reach));
    }
}
