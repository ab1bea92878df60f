using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QEngine.Simd;

/// <summary>
/// A register of 16-bit whole numbers, or of half as many 32-bit sums, for products of codes: written once for every width.
/// </summary>
internal interface IShortLane<TSelf>
    where TSelf : struct, IShortLane<TSelf>
{
    /// <summary>16-bit numbers of a lane.</summary>
    static abstract int Count { get; }

    /// <summary>Reads consecutive bytes as signed numbers.</summary>
    static abstract TSelf Signed(ref byte source);

    /// <summary>Reads consecutive bytes as unsigned numbers.</summary>
    static abstract TSelf Unsigned(ref byte source);

    /// <summary>Reads consecutive 16-bit numbers.</summary>
    static abstract TSelf Load(ref short source);

    /// <summary>Reads consecutive pairs of 16-bit numbers.</summary>
    static abstract TSelf LoadPairs(ref float source);

    /// <summary>The same pair throughout.</summary>
    static abstract TSelf Pair(int pair);

    /// <summary>The lower four bits of each.</summary>
    TSelf Low();

    /// <summary>Each shifted down by four bits; of unsigned numbers.</summary>
    TSelf High();

    /// <summary>Adds the products of 16-bit numbers, neighbours together, to 32-bit sums.</summary>
    static abstract TSelf AddProducts(TSelf sums, TSelf a, TSelf b);

    /// <summary>Adds the products of unsigned and signed bytes, neighbours together, to 16-bit sums, which wrap around.</summary>
    /// <remarks>Two neighbouring products must fit into 16 bits.</remarks>
    static abstract TSelf AddByteProducts(TSelf sums, TSelf unsigned, TSelf signed);

    /// <summary>Adds 16-bit numbers, neighbours together, to 32-bit sums.</summary>
    static abstract TSelf AddNeighbours(TSelf sums, TSelf numbers);

    /// <summary>The sum of the 32-bit sums.</summary>
    int Sum();

    /// <summary>Writes the 32-bit sums in single precision.</summary>
    void StoreSums(ref float destination);

    /// <summary>Writes the 32-bit sums, less a factor times other numbers, in single precision.</summary>
    void StoreLess(int factor, ref int others, ref float destination);

    /// <summary>A bit for each 32-bit sum: whether factor w - sum is not above a limit.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="weights">The first w.</param>
    /// <param name="limit">The limit.</param>
    uint Within(float factor, ref float weights, float limit);
}

/// <summary>Thirty-two 16-bit numbers.</summary>
internal readonly struct ShortLane512(Vector512<short> value) : IShortLane<ShortLane512>
{
    private readonly Vector512<short> _value = value;

    public static int Count => Vector512<short>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane512 Signed(ref byte source) => new(Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref source).AsSByte()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane512 Unsigned(ref byte source) => new(Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane512 Load(ref short source) => new(Vector512.LoadUnsafe(ref source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane512 LoadPairs(ref float source) => new(Vector512.LoadUnsafe(ref source).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane512 Pair(int pair) => new(Vector512.Create(pair).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShortLane512 Low() => new(_value & Vector512.Create((short)15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShortLane512 High() => new(_value >>> 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane512 AddProducts(ShortLane512 sums, ShortLane512 a, ShortLane512 b) =>
        new((sums._value.AsInt32() + Avx512BW.MultiplyAddAdjacent(a._value, b._value)).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane512 AddByteProducts(ShortLane512 sums, ShortLane512 unsigned, ShortLane512 signed) =>
        new(sums._value + Avx512BW.MultiplyAddAdjacent(unsigned._value.AsByte(), signed._value.AsSByte()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane512 AddNeighbours(ShortLane512 sums, ShortLane512 numbers) =>
        AddProducts(sums, numbers, new(Vector512<short>.One));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Sum() => Vector512.Sum(_value.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreSums(ref float destination) => Vector512.ConvertToSingle(_value.AsInt32()).StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLess(int factor, ref int others, ref float destination) =>
        Vector512.ConvertToSingle(_value.AsInt32() - (Vector512.LoadUnsafe(ref others) * factor)).StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Within(float factor, ref float weights, float limit)
    {
        Vector512<float> sums = Vector512.ConvertToSingle(_value.AsInt32());
        Vector512<float> excess = Vector512.MultiplyAddEstimate(Vector512.Create(factor), Vector512.LoadUnsafe(ref weights), -sums);
        return (uint)Vector512.LessThanOrEqual(excess, Vector512.Create(limit)).ExtractMostSignificantBits();
    }
}

/// <summary>Sixteen 16-bit numbers.</summary>
internal readonly struct ShortLane256(Vector256<short> value) : IShortLane<ShortLane256>
{
    private readonly Vector256<short> _value = value;

    public static int Count => Vector256<short>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane256 Signed(ref byte source) => new(Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref source).AsSByte()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane256 Unsigned(ref byte source) => new(Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane256 Load(ref short source) => new(Vector256.LoadUnsafe(ref source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane256 LoadPairs(ref float source) => new(Vector256.LoadUnsafe(ref source).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane256 Pair(int pair) => new(Vector256.Create(pair).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShortLane256 Low() => new(_value & Vector256.Create((short)15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShortLane256 High() => new(_value >>> 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane256 AddProducts(ShortLane256 sums, ShortLane256 a, ShortLane256 b) =>
        new((sums._value.AsInt32() + Avx2.MultiplyAddAdjacent(a._value, b._value)).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane256 AddByteProducts(ShortLane256 sums, ShortLane256 unsigned, ShortLane256 signed) =>
        new(sums._value + Avx2.MultiplyAddAdjacent(unsigned._value.AsByte(), signed._value.AsSByte()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane256 AddNeighbours(ShortLane256 sums, ShortLane256 numbers) =>
        AddProducts(sums, numbers, new(Vector256<short>.One));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Sum() => Vector256.Sum(_value.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreSums(ref float destination) => Vector256.ConvertToSingle(_value.AsInt32()).StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLess(int factor, ref int others, ref float destination) =>
        Vector256.ConvertToSingle(_value.AsInt32() - (Vector256.LoadUnsafe(ref others) * factor)).StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Within(float factor, ref float weights, float limit)
    {
        Vector256<float> sums = Vector256.ConvertToSingle(_value.AsInt32());
        Vector256<float> excess = Vector256.MultiplyAddEstimate(Vector256.Create(factor), Vector256.LoadUnsafe(ref weights), -sums);
        return (uint)Vector256.LessThanOrEqual(excess, Vector256.Create(limit)).ExtractMostSignificantBits();
    }
}

/// <summary>Eight 16-bit numbers, on any hardware with vectors.</summary>
internal readonly struct ShortLane128(Vector128<short> value) : IShortLane<ShortLane128>
{
    private readonly Vector128<short> _value = value;

    public static int Count => Vector128<short>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane128 Signed(ref byte source) => new(Vector128.WidenLower(Eight(ref source).AsSByte()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane128 Unsigned(ref byte source) => new(Vector128.WidenLower(Eight(ref source)).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane128 Load(ref short source) => new(Vector128.LoadUnsafe(ref source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane128 LoadPairs(ref float source) => new(Vector128.LoadUnsafe(ref source).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane128 Pair(int pair) => new(Vector128.Create(pair).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShortLane128 Low() => new(_value & Vector128.Create((short)15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShortLane128 High() => new(_value >>> 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane128 AddProducts(ShortLane128 sums, ShortLane128 a, ShortLane128 b)
    {
        if (Sse2.IsSupported) return new((sums._value.AsInt32() + Sse2.MultiplyAddAdjacent(a._value, b._value)).AsInt16());
        // Neighbours lie in the two halves of 32 bits.
        Vector128<int> first = (a._value.AsInt32() << 16 >> 16) * (b._value.AsInt32() << 16 >> 16);
        Vector128<int> second = (a._value.AsInt32() >> 16) * (b._value.AsInt32() >> 16);
        return new((sums._value.AsInt32() + first + second).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane128 AddByteProducts(ShortLane128 sums, ShortLane128 unsigned, ShortLane128 signed) => Ssse3.IsSupported
        ? new(sums._value + Ssse3.MultiplyAddAdjacent(unsigned._value.AsByte(), signed._value.AsSByte()))
        : new(sums._value
            + ((unsigned._value & Vector128.Create((short)255)) * ((signed._value << 8) >> 8))
            + ((unsigned._value >>> 8) * (signed._value >> 8)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ShortLane128 AddNeighbours(ShortLane128 sums, ShortLane128 numbers) =>
        AddProducts(sums, numbers, new(Vector128<short>.One));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Sum() => Vector128.Sum(_value.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreSums(ref float destination) => Vector128.ConvertToSingle(_value.AsInt32()).StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLess(int factor, ref int others, ref float destination) =>
        Vector128.ConvertToSingle(_value.AsInt32() - (Vector128.LoadUnsafe(ref others) * factor)).StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Within(float factor, ref float weights, float limit)
    {
        Vector128<float> sums = Vector128.ConvertToSingle(_value.AsInt32());
        Vector128<float> excess = Vector128.MultiplyAddEstimate(Vector128.Create(factor), Vector128.LoadUnsafe(ref weights), -sums);
        return (uint)Vector128.LessThanOrEqual(excess, Vector128.Create(limit)).ExtractMostSignificantBits();
    }

    private static Vector128<byte> Eight(ref byte source) => Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref source)).AsByte();
}

/// <summary>Two numbers or one sum, for hardware without vectors and as the plainest reading.</summary>
internal readonly struct ShortLaneScalar : IShortLane<ShortLaneScalar>
{
    private readonly short _first, _second;
    private readonly int _sum;

    private ShortLaneScalar(int first, int second) => (_first, _second) = ((short)first, (short)second);

    private ShortLaneScalar(int sum) => _sum = sum;

    public static int Count => 2;

    public static ShortLaneScalar Signed(ref byte source) => new((sbyte)source, (sbyte)Unsafe.Add(ref source, 1));

    public static ShortLaneScalar Unsigned(ref byte source) => new(source, Unsafe.Add(ref source, 1));

    public static ShortLaneScalar Load(ref short source) => new(source, Unsafe.Add(ref source, 1));

    public static ShortLaneScalar LoadPairs(ref float source) => Load(ref Unsafe.As<float, short>(ref source));

    public static ShortLaneScalar Pair(int pair) => Load(ref Unsafe.As<int, short>(ref pair));

    public ShortLaneScalar Low() => new(_first & 15, _second & 15);

    public ShortLaneScalar High() => new(_first >> 4, _second >> 4);

    public static ShortLaneScalar AddProducts(ShortLaneScalar sums, ShortLaneScalar a, ShortLaneScalar b) =>
        new(sums._sum + (a._first * b._first) + (a._second * b._second));

    public static ShortLaneScalar AddByteProducts(ShortLaneScalar sums, ShortLaneScalar unsigned, ShortLaneScalar signed) =>
        new(sums._first + Neighbours(unsigned._first, signed._first), sums._second + Neighbours(unsigned._second, signed._second));

    public static ShortLaneScalar AddNeighbours(ShortLaneScalar sums, ShortLaneScalar numbers) =>
        new(sums._sum + numbers._first + numbers._second);

    public int Sum() => _sum;

    public void StoreSums(ref float destination) => destination = _sum;

    public void StoreLess(int factor, ref int others, ref float destination) => destination = _sum - (factor * others);

    public uint Within(float factor, ref float weights, float limit) => (factor * weights) - _sum <= limit ? 1u : 0;

    private static int Neighbours(short unsigned, short signed) =>
        ((byte)unsigned * (sbyte)signed) + ((byte)(unsigned >> 8) * (sbyte)(signed >> 8));
}
