using System.Globalization;

namespace QEngine.Tools.Heads;

/// <summary>How a compressed vector is kept: so many numbers of so many bits.</summary>
/// <param name="Dimension">Numbers.</param>
/// <param name="Bits">32 for single precision, or 8, 4, 2 or 1.</param>
internal readonly record struct NumberFormat(int Dimension, int Bits)
{
    /// <summary>Bits of a number in single precision.</summary>
    public const int Single = 32;

    /// <summary>The bits that a number may have, falling.</summary>
    public static int[] AllBits { get; } = [Single, 8, 4, 2, 1];

    /// <summary>Bytes of a vector, rounded up.</summary>
    public int Bytes => (int)((((long)Dimension * Bits) + 7) / 8);

    /// <summary>The formats that take exactly a number of bytes, the fewest numbers first.</summary>
    /// <param name="bytes">Bytes of a vector.</param>
    /// <param name="maxDimension">The most numbers.</param>
    public static IEnumerable<NumberFormat> OfBytes(int bytes, int maxDimension) =>
        from bits in AllBits
        let dimension = 8L * bytes / bits
        where dimension * bits == 8L * bytes && dimension >= 1 && dimension <= maxDimension
        select new NumberFormat((int)dimension, bits);

    /// <summary>As a table names it: <c>64</c>, or <c>64, 8 bits</c>.</summary>
    public override string ToString() => Bits == Single
        ? Dimension.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Dimension}, {Bits} {(Bits == 1 ? "bit" : "bits")}");
}
