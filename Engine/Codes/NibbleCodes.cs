using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Codes;

/// <summary>
/// Four bits a value, from 0 to 15: the lower halves of a row's bytes are its first values, the upper halves those after them.
/// </summary>
internal sealed class NibbleCodes : ICodeFormat
{
    public int MinValue => 0;

    public int MaxValue => 15;

    public int Bytes(int columns) => (columns + 1) / 2;

    public int Unpacked(int bytes) => 2 * bytes;

    public void Pack(ReadOnlySpan<sbyte> values, Span<byte> codes)
    {
        Require.Elements(codes, Bytes(values.Length));
        for (int i = 0; i < codes.Length; i++)
        {
            int high = codes.Length + i < values.Length ? values[codes.Length + i] : 0;
            codes[i] = (byte)(values[i] + (high << 4));
        }
    }

    public void Unpack(ReadOnlySpan<byte> codes, Span<sbyte> values)
    {
        Require.Elements(values, Unpacked(codes.Length));
        Span<byte> low = MemoryMarshal.AsBytes(values[..codes.Length]);
        Span<byte> high = MemoryMarshal.AsBytes(values[codes.Length..]);
        int whole = codes.Length / Vector<byte>.Count * Vector<byte>.Count;
        for (int i = 0; i < whole; i += Vector<byte>.Count)
        {
            Vector<byte> both = new(codes[i..]);
            (both & new Vector<byte>(15)).CopyTo(low[i..]);
            Vector.ShiftRightLogical(both, 4).CopyTo(high[i..]);
        }
        for (int i = whole; i < codes.Length; i++) (low[i], high[i]) = ((byte)(codes[i] & 15), (byte)(codes[i] >> 4));
    }

    public void Dots(WorkerPool workers, ReadOnlySpan<short> weights, ReadOnlySpan<byte> codes, int bytes, Span<float> dots) =>
        CodeDots.Run(workers, default(Product), weights, codes, bytes, Unpacked(bytes), dots);

    private readonly struct Product : ICodeProduct
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Add<TLane>(TLane sums, ref byte codes, ref short weights, int bytes)
            where TLane : struct, IShortLane<TLane>
        {
            TLane both = TLane.Unsigned(ref codes);
            return TLane.AddProducts(
                TLane.AddProducts(sums, both.Low(), TLane.Load(ref weights)), both.High(), TLane.Load(ref Unsafe.Add(ref weights, bytes)));
        }

        public int One(byte code, ref short weights, int bytes) => ((code & 15) * weights) + ((code >> 4) * Unsafe.Add(ref weights, bytes));
    }
}
