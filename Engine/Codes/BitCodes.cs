using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Codes;

/// <summary>One bit a value, 0 or 1, the first in the lowest bit.</summary>
/// <remarks>For few queries the products of eight weights with every byte are added up beforehand: a row is then a lookup a byte.</remarks>
internal sealed class BitCodes : ICodeFormat
{
    private const int Bits = 8, Entries = 1 << Bits;

    // Copies of seven bits, seven bits apart: bit i of the i-th copy is the lowest of byte i.
    private const ulong Copies = 0x0002040810204081, LowestBits = 0x0101010101010101;

    public int MinValue => 0;

    public int MaxValue => 1;

    public int Bytes(int columns) => (columns + Bits - 1) / Bits;

    public int Unpacked(int bytes) => Bits * bytes;

    public void Pack(ReadOnlySpan<sbyte> values, Span<byte> codes)
    {
        Require.Elements(codes, Bytes(values.Length));
        codes.Clear();
        for (int i = 0; i < values.Length; i++) codes[i / Bits] |= (byte)(values[i] << (i % Bits));
    }

    public void Unpack(ReadOnlySpan<byte> codes, Span<sbyte> values)
    {
        Require.Elements(values, Unpacked(codes.Length));
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        for (int i = 0; i < codes.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(Bits * i)..], Spread(codes[i]));
    }

    public void Dots(WorkerPool workers, ReadOnlySpan<short> weights, ReadOnlySpan<byte> codes, int bytes, Span<float> dots)
    {
        Require.Range(bytes, 1, int.MaxValue);
        int queries = Require.Rows(weights, Unpacked(bytes));
        int rows = Require.Rows(codes, bytes);
        Require.Elements(dots, (long)queries * rows);
        Span<int> sums = Scratch<BitCodes, int>.Rent(weights.Length / Bits * Entries);
        for (int i = 0; i < weights.Length; i += Bits) Fill(weights.Slice(i, Bits), sums.Slice(i / Bits * Entries, Entries));
        LookupBody body = new(sums, codes, bytes, dots);
        workers.For(body.Count, ref body);
    }

    /// <summary>Every entry is that without its lowest bit, and the weight of this bit.</summary>
    private static void Fill(ReadOnlySpan<short> weights, Span<int> sums)
    {
        sums[0] = 0;
        for (int code = 1; code < Entries; code++) sums[code] = sums[code & (code - 1)] + weights[BitOperations.TrailingZeroCount(code)];
    }

    /// <summary>
    /// The bits of a byte, a byte each, the lowest first: seven of them by one multiplication, in which no two copies of a bit meet.
    /// </summary>
    private static ulong Spread(byte code) => (((code & 0x7Ful) * Copies) & LowestBits) | ((ulong)(code >> 7) << 56);

    /// <summary>An item is some rows.</summary>
    private readonly ref struct LookupBody(ReadOnlySpan<int> sums, ReadOnlySpan<byte> codes, int bytes, Span<float> dots) : IParallelBody
    {
        private const int RowsPerItem = 1024;

        private readonly ReadOnlySpan<int> _sums = sums;
        private readonly ReadOnlySpan<byte> _codes = codes;
        private readonly Span<float> _dots = dots;

        public int Count => ((_codes.Length / bytes) + RowsPerItem - 1) / RowsPerItem;

        public void Invoke(int item)
        {
            int rows = _codes.Length / bytes;
            int table = bytes * Entries;
            for (int query = 0; query < _sums.Length / table; query++)
            {
                ReadOnlySpan<int> sums = _sums.Slice(query * table, table);
                for (int row = item * RowsPerItem; row < Math.Min(rows, (item + 1) * RowsPerItem); row++)
                    _dots[(query * rows) + row] = Sum(sums, _codes.Slice(row * bytes, bytes));
            }
        }

        private static int Sum(ReadOnlySpan<int> sums, ReadOnlySpan<byte> codes)
        {
            int even = 0, odd = 0, i = 0;
            for (; i + 1 < codes.Length; i += 2)
            {
                even += sums[(i * Entries) + codes[i]];
                odd += sums[((i + 1) * Entries) + codes[i + 1]];
            }
            if (i < codes.Length) even += sums[(i * Entries) + codes[i]];
            return even + odd;
        }
    }
}
