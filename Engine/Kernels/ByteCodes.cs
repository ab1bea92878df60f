using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>Eight bits a value, from -128 to 127.</summary>
internal sealed class ByteCodes : ICodeFormat
{
    public int Least => sbyte.MinValue;

    public int Most => sbyte.MaxValue;

    public int Bytes(int columns) => columns;

    public int Columns(int columns) => columns;

    public void Pack(ReadOnlySpan<sbyte> values, Span<byte> codes) => MemoryMarshal.AsBytes(values).CopyTo(codes);

    public void Unpack(ReadOnlySpan<byte> codes, Span<float> values)
    {
        int whole = codes.Length / Vector<byte>.Count * Vector<byte>.Count;
        for (int i = 0; i < whole; i += Vector<byte>.Count) CodeWidening.Store(Vector.AsVectorSByte(new Vector<byte>(codes[i..])), values[i..]);
        for (int i = whole; i < codes.Length; i++) values[i] = (sbyte)codes[i];
    }

    public void Dots(WorkerPool workers, ReadOnlySpan<short> weights, ReadOnlySpan<byte> codes, int bytes, Span<float> dots) =>
        CodeDots.Run(workers, default(Product), weights, codes, bytes, bytes, dots);

    private readonly struct Product : ICodeProduct
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Add<TLane>(TLane sums, ref byte codes, ref short weights, int bytes)
            where TLane : struct, IShortLane<TLane> => TLane.AddProducts(sums, TLane.Signed(ref codes), TLane.Load(ref weights));
    }
}
