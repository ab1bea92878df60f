using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace QEngine.Codes;

/// <summary>
/// Queries as <see cref="CodePrefilter"/> multiplies them: rows of 8-bit weights, with what their sums start from and are compared with.
/// </summary>
/// <remarks>
/// Values are counted from the minimum, so that none is negative: what that adds to a sum, the starts take away. They hold two sums of 16
/// bits for every part, that of the columns 0, 1, 4, 5 ... and that of the columns 2, 3, 6, 7 ...
/// </remarks>
internal readonly ref struct CodeWeights
{
    /// <summary>Columns whose sums are kept in 16 bits.</summary>
    public const int Part = 128;

    private readonly ReadOnlySpan<sbyte> _weights;
    private readonly ReadOnlySpan<int> _starts;
    private readonly ReadOnlySpan<float> _factors, _limits;
    private readonly int _parts;

    /// <summary>Takes queries in; of the other spans there may be more than belong to them.</summary>
    /// <param name="weights">
    /// [q, columns], each at most <see cref="MaxWeight"/> in size, and 0 beyond the used columns. What is left of a sum of products over
    /// such a half of a part must be within 16 bits, signed.
    /// </param>
    /// <param name="starts">[q, parts], two 16-bit numbers each.</param>
    /// <param name="factors">[q].</param>
    /// <param name="limits">[q].</param>
    /// <param name="used">Columns of the codes, at least 1.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public CodeWeights(
        ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> starts, ReadOnlySpan<float> factors, ReadOnlySpan<float> limits, int used)
    {
        Require.Range(used, 1, int.MaxValue);
        (Used, Columns, _parts) = (used, PaddedColumns(used), PartCount(used));
        Require.AtLeast(weights, (long)factors.Length * Columns);
        Require.AtLeast(starts, (long)factors.Length * _parts);
        Require.AtLeast(limits, factors.Length);
        _weights = weights;
        _starts = starts;
        _factors = factors;
        _limits = limits;
    }

    /// <summary>The number of queries.</summary>
    public int Count => _factors.Length;

    /// <summary>Columns of the codes.</summary>
    public int Used { get; }

    /// <summary>Columns of the weights.</summary>
    public int Columns { get; }

    /// <summary>Columns of the weights for so many of the codes: a multiple of four, and room for whatever a format unpacks.</summary>
    public static int PaddedColumns(int used) => (used + 7) / 8 * 8;

    /// <summary>The number of parts for so many columns of the codes.</summary>
    public static int PartCount(int used) => (PaddedColumns(used) + Part - 1) / Part;

    /// <summary>Maximum weight with which two neighbouring products fit into 16 bits.</summary>
    public static int MaxWeight(ICodeFormat format) => Math.Min(sbyte.MaxValue, short.MaxValue / (2 * (format.MaxValue - format.MinValue)));

    /// <summary>What the sums of a part start from.</summary>
    /// <param name="format">How values are packed.</param>
    /// <param name="weights">The weights of the part.</param>
    public static int StartingSums(ICodeFormat format, ReadOnlySpan<sbyte> weights)
    {
        int first = 0, second = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (i % 4 < 2) first += weights[i] * format.MinValue;
            else second += weights[i] * format.MinValue;
        }
        return (ushort)first | (second << 16);
    }

    /// <summary>The squared lengths of the halves of a part whose sums are kept apart.</summary>
    /// <param name="numbers">The numbers of the part.</param>
    public static (double First, double Second) SquaredHalves(ReadOnlySpan<short> numbers)
    {
        double first = 0, second = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (i % 4 < 2) first += (double)numbers[i] * numbers[i];
            else second += (double)numbers[i] * numbers[i];
        }
        return (first, second);
    }

    /// <summary>The first four weights of a query.</summary>
    public ref readonly int Row(int query) =>
        ref Unsafe.As<sbyte, int>(ref Unsafe.Add(ref MemoryMarshal.GetReference(_weights), (nint)query * Columns));

    /// <summary>What the sums of a part start from.</summary>
    public int Start(int query, int part) => _starts[(query * _parts) + part];

    /// <summary>The factor of a query.</summary>
    public float Factor(int query) => _factors[query];

    /// <summary>The limit of a query.</summary>
    public float Limit(int query) => _limits[query];
}
