using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QEngine.Simd;

/// <summary>
/// How a register multiplies whole numbers from 0 to 255 with weights from -127 to 127 and adds up in 32 bits. Nothing saturates: while the
/// sums themselves fit, all implementations give the same.
/// </summary>
/// <typeparam name="TSums">The register: 32-bit sums, or what is multiplied.</typeparam>
internal interface IByteProducts<TSums>
    where TSums : struct
{
    /// <summary>Sums of a register.</summary>
    static abstract int Count { get; }

    /// <summary>Neighbouring products that a step adds to every sum; their numbers lie in 32 bits.</summary>
    static abstract int Group { get; }

    /// <summary>Writes sixteen numbers, the lowest bits of as many in 32 bits, as they are multiplied.</summary>
    static abstract void Encode(ref int numbers, ref byte destination);

    /// <summary>Reads the weights of a step: a group for every sum.</summary>
    static abstract TSums Weights(ref sbyte source);

    /// <summary>The same group of numbers for every sum.</summary>
    static abstract TSums Numbers(int group);

    /// <summary>Adds the products of a step.</summary>
    static abstract TSums Add(TSums sums, TSums numbers, TSums weights);

    /// <summary>Writes the sums, less a factor times other numbers, in single precision.</summary>
    static abstract void Store(TSums sums, int factor, ref int others, ref float destination);
}

/// <summary>Work with products of 8-bit numbers that is written once for every register.</summary>
internal interface IByteWork
{
    /// <summary>Runs the work. To be marked as not inlined where it is more than a call.</summary>
    void Run<TLane, TProducts, TSums>()
        where TLane : struct, ILane<TLane, float>
        where TProducts : struct, IByteProducts<TSums>
        where TSums : struct;
}

/// <summary>AVX-VNNI: four products of an unsigned and a signed byte a step, added up without saturation.</summary>
internal readonly struct VnniProducts : IByteProducts<Vector256<int>>
{
    public static bool IsSupported => AvxVnni.IsSupported;

    public static int Count => Vector256<int>.Count;

    public static int Group => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encode(ref int numbers, ref byte destination)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector128Byte(Vector512.LoadUnsafe(ref numbers)).StoreUnsafe(ref destination);
            return;
        }
        Vector256<uint> mask = Vector256.Create((uint)byte.MaxValue);
        Vector256<uint> low = Vector256.LoadUnsafe(ref numbers).AsUInt32() & mask;
        Vector256<uint> high = Vector256.LoadUnsafe(ref numbers, 8).AsUInt32() & mask;
        Vector256<ushort> both = Vector256.Narrow(low, high);
        Vector128.Narrow(both.GetLower(), both.GetUpper()).StoreUnsafe(ref destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Weights(ref sbyte source) => Vector256.LoadUnsafe(ref source).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Numbers(int group) => Vector256.Create(group);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<int> numbers, Vector256<int> weights) =>
        AvxVnni.MultiplyWideningAndAdd(sums, numbers.AsByte(), weights.AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> sums, int factor, ref int others, ref float destination) =>
        Vector256.ConvertToSingle(sums - (Vector256.LoadUnsafe(ref others) * factor)).StoreUnsafe(ref destination);
}

/// <summary>Pairs of products in 16 bits, on all hardware.</summary>
internal readonly struct ShortProducts<TShort> : IByteProducts<TShort>
    where TShort : struct, IShortLane<TShort>
{
    public static int Count => TShort.Count / 2;

    public static int Group => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encode(ref int numbers, ref byte destination)
    {
        Vector128<short> low = Vector128.Narrow(Vector128.LoadUnsafe(ref numbers), Vector128.LoadUnsafe(ref numbers, 4));
        Vector128<short> high = Vector128.Narrow(Vector128.LoadUnsafe(ref numbers, 8), Vector128.LoadUnsafe(ref numbers, 12));
        low.AsByte().StoreUnsafe(ref destination);
        high.AsByte().StoreUnsafe(ref destination, (nuint)Vector128<byte>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TShort Weights(ref sbyte source) => TShort.Signed(ref Unsafe.As<sbyte, byte>(ref source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TShort Numbers(int group) => TShort.Pair(group);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TShort Add(TShort sums, TShort numbers, TShort weights) => TShort.AddProducts(sums, numbers, weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TShort sums, int factor, ref int others, ref float destination) =>
        sums.StoreLess(factor, ref others, ref destination);
}
