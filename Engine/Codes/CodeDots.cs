using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Codes;

/// <summary>How the next bytes of a row of codes are multiplied with their weights.</summary>
internal interface ICodeProduct
{
    /// <summary>Adds the products of as many bytes as the lane has numbers.</summary>
    /// <param name="sums">32-bit sums so far.</param>
    /// <param name="codes">The bytes.</param>
    /// <param name="weights">Weight of the first byte's first value.</param>
    /// <param name="bytes">Bytes of a row.</param>
    TLane Add<TLane>(TLane sums, ref byte codes, ref short weights, int bytes)
        where TLane : struct, IShortLane<TLane>;

    /// <summary>The products of one byte.</summary>
    /// <param name="code">The byte.</param>
    /// <param name="weights">Weight of its first value.</param>
    /// <param name="bytes">Bytes of a row.</param>
    int One(byte code, ref short weights, int bytes);
}

/// <summary>Inner products of few rows of weights with rows of codes, in whole numbers: the codes are read once, as they lie.</summary>
internal static class CodeDots
{
    // Bytes of an item: enough to pay for handing it out, and so few that they stay in the second-level cache for the next query.
    private const int BytesPerItem = 1 << 16;

    /// <summary>Computes all products; see <see cref="ICodeFormat.Dots"/>.</summary>
    public static void Run<TProduct>(
        WorkerPool workers, TProduct product, ReadOnlySpan<short> weights, ReadOnlySpan<byte> codes, int bytes, int columns,
        Span<float> dots)
        where TProduct : struct, ICodeProduct
    {
        Require.Range(bytes, 1, int.MaxValue);
        int queries = Require.Rows(weights, columns);
        int rows = Require.Rows(codes, bytes);
        Require.Elements(dots, (long)queries * rows);
        Body<TProduct> body = new(product, weights, codes, bytes, columns, dots);
        workers.For(body.Count, ref body);
    }

    /// <summary>An item is some rows.</summary>
    private readonly ref struct Body<TProduct>(
        TProduct product, ReadOnlySpan<short> weights, ReadOnlySpan<byte> codes, int bytes, int columns, Span<float> dots)
        : IParallelBody, ILaneWork<float>
        where TProduct : struct, ICodeProduct
    {
        private readonly ReadOnlySpan<short> _weights = weights;
        private readonly ReadOnlySpan<byte> _codes = codes;
        private readonly Span<float> _dots = dots;

        public int Count => (Rows + RowsPerItem - 1) / RowsPerItem;

        private int Rows => _codes.Length / bytes;

        private int RowsPerItem => Math.Max(1, BytesPerItem / bytes);

        public void Invoke(int item) => Tier.Run<Body<TProduct>, float>(ref Unsafe.AsRef(in this), item);

        void ILaneWork<float>.Run<TLane, TShort>(int item)
        {
            int first = item * RowsPerItem;
            int rows = Math.Min(RowsPerItem, Rows - first);
            ReadOnlySpan<byte> codes = _codes.Slice(first * bytes, rows * bytes);
            for (int query = 0; query < _weights.Length / columns; query++)
            {
                ReadOnlySpan<short> weights = _weights.Slice(query * columns, columns);
                Span<float> dots = _dots.Slice((query * Rows) + first, rows);
                Dots<TShort>(weights, codes, dots);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Dots<TLane>(ReadOnlySpan<short> weights, ReadOnlySpan<byte> codes, Span<float> dots)
            where TLane : struct, IShortLane<TLane>
        {
            int whole = bytes / TLane.Count * TLane.Count;
            ref short w = ref MemoryMarshal.GetReference(weights);
            for (int row = 0; row < dots.Length; row++)
            {
                ref byte c = ref Unsafe.Add(ref MemoryMarshal.GetReference(codes), (nint)row * bytes);
                TLane sums = default;
                for (int i = 0; i < whole; i += TLane.Count)
                    sums = product.Add(sums, ref Unsafe.Add(ref c, i), ref Unsafe.Add(ref w, i), bytes);
                int sum = sums.Sum();
                if (whole < bytes) sum += Rest(ref c, ref w, whole);
                dots[row] = sum;
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private int Rest(ref byte codes, ref short weights, int from)
        {
            int sum = 0;
            for (int i = from; i < bytes; i++) sum += product.One(Unsafe.Add(ref codes, i), ref Unsafe.Add(ref weights, i), bytes);
            return sum;
        }
    }
}
