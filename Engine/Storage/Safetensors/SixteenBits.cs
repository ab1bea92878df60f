using System.Numerics;
using System.Runtime.InteropServices;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace QEngine.Storage;

/// <summary>Numbers of sixteen bits, in the machine's byte order, to and from binary32, many at a time.</summary>
internal static class SixteenBits
{
    private const uint Infinity = 0x7F80_0000, Magnitude = 0x7FFF_FFFF, Quiet = 0x0040_0000;

    /// <summary>IEEE binary16 to binary32: exact; a NaN becomes a quiet one of the same payload.</summary>
    internal static void WidenBinary(ReadOnlySpan<byte> source, Span<float> destination) =>
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), destination);

    /// <summary>The upper half of a binary32 to all of it: exact; a NaN becomes a quiet one of the same payload.</summary>
    internal static void WidenBrain(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ReadOnlySpan<ushort> stored = MemoryMarshal.Cast<byte, ushort>(source);
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        int i = 0;
        for (; i <= stored.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(stored[i..]), out Vector<uint> first, out Vector<uint> second);
            Quieted(first << 16).CopyTo(bits[i..]);
            Quieted(second << 16).CopyTo(bits[(i + Vector<uint>.Count)..]);
        }
        for (; i < stored.Length; i++) bits[i] = Quieted(new Vector<uint>((uint)stored[i] << 16)).ToScalar();
    }

    /// <summary>Binary32 to IEEE binary16, rounded to nearest even.</summary>
    /// <returns>Index of the first finite number that would round to infinity, or -1.</returns>
    internal static int Narrow(ReadOnlySpan<float> source, Span<byte> destination)
    {
        Span<Half> halves = MemoryMarshal.Cast<byte, Half>(destination);
        TensorPrimitives.ConvertToHalf(source, halves);
        if (TensorPrimitives.IsFiniteAll<Half>(halves)) return -1;
        for (int i = 0; i < source.Length; i++)
        {
            if (Half.IsInfinity(halves[i]) && float.IsFinite(source[i])) return i;
        }
        return -1;
    }

    // What the conversion of a signalling NaN by way of a wider format gives: only its first fraction bit differs.
    private static Vector<uint> Quieted(Vector<uint> bits)
    {
        Vector<uint> isNaN = Vector.GreaterThan(bits & new Vector<uint>(Magnitude), new Vector<uint>(Infinity));
        return bits | (isNaN & new Vector<uint>(Quiet));
    }
}
