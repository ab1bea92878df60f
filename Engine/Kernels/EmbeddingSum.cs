using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>The rows of a BERT encoder's input: a token's word, position and token-type embedding, the type being 0.</summary>
/// <remarks>Indices are not checked here: each must lie within its table.</remarks>
/// <typeparam name="T">The element.</typeparam>
public readonly ref struct EmbeddingSum<T> : IRowSum<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _words, _positions, _type;
    private readonly ReadOnlySpan<int> _ids, _places;

    /// <summary>Names the tables.</summary>
    /// <param name="words">[vocabulary, columns].</param>
    /// <param name="positions">[longest sequence, columns].</param>
    /// <param name="type">[columns].</param>
    /// <param name="ids">[rows], rows of words.</param>
    /// <param name="places">[rows], rows of positions.</param>
    public EmbeddingSum(ReadOnlySpan<T> words, ReadOnlySpan<T> positions, ReadOnlySpan<T> type, ReadOnlySpan<int> ids, ReadOnlySpan<int> places)
    {
        _words = words;
        _positions = positions;
        _type = type;
        _ids = ids;
        _places = places;
    }

    /// <inheritdoc/>
    public T Write<TLane>(int row, Span<T> target)
        where TLane : struct, ILane<TLane, T>
    {
        int columns = _type.Length;
        ref T y = ref MemoryMarshal.GetReference(target[..columns]);
        ref T word = ref MemoryMarshal.GetReference(_words.Slice(_ids[row] * columns, columns));
        ref T position = ref MemoryMarshal.GetReference(_positions.Slice(_places[row] * columns, columns));
        ref T type = ref MemoryMarshal.GetReference(_type);
        TLane sum = TLane.Splat(T.Zero);
        for (int i = 0; i < columns; i += TLane.Count)
        {
            int rest = columns - i;
            TLane value = Lanes.Take<TLane, T>(ref Unsafe.Add(ref word, i), rest) + Lanes.Take<TLane, T>(ref Unsafe.Add(ref position, i), rest);
            value += Lanes.Take<TLane, T>(ref Unsafe.Add(ref type, i), rest);
            Lanes.Put(value, ref Unsafe.Add(ref y, i), rest);
            sum += value;
        }
        return sum.Sum();
    }
}
