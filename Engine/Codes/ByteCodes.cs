using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Codes;

/// <summary>Eight bits a value, from -128 to 127.</summary>
internal sealed class ByteCodes : ICodeFormat
{
    public int MinValue => sbyte.MinValue;

    public int MaxValue => sbyte.MaxValue;

    public int Bytes(int columns) => columns;

    public int Unpacked(int bytes) => (bytes + 1) / 2 * 2;

    public void Pack(ReadOnlySpan<sbyte> values, Span<byte> codes)
    {
        Require.Elements(codes, values.Length);
        MemoryMarshal.AsBytes(values).CopyTo(codes);
    }

    public void Unpack(ReadOnlySpan<byte> codes, Span<sbyte> values)
    {
        Require.Elements(values, Unpacked(codes.Length));
        codes.CopyTo(MemoryMarshal.AsBytes(values));
        values[codes.Length..].Clear();
    }

    public void Dots(WorkerPool workers, ReadOnlySpan<short> weights, ReadOnlySpan<byte> codes, int bytes, Span<float> dots) =>
        CodeDots.Run(workers, default(Product), weights, codes, bytes, Unpacked(bytes), dots);

    private readonly struct Product : ICodeProduct
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Add<TLane>(TLane sums, ref byte codes, ref short weights, int bytes)
            where TLane : struct, IShortLane<TLane> => TLane.AddProducts(sums, TLane.Signed(ref codes), TLane.Load(ref weights));

        public int One(byte code, ref short weights, int bytes) => (sbyte)code * weights;
    }
}
