using System.Numerics;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>The rows of a BERT encoder's input: a token's word, position and token-type embedding, the type being 0 or there being none.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly ref struct EmbeddingSum<T> : IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _words, _positions, _type;
    private readonly ReadOnlySpan<int> _ids, _places;

    /// <summary>Names the tables.</summary>
    /// <param name="words">[vocabulary, columns].</param>
    /// <param name="positions">[longest sequence, columns].</param>
    /// <param name="type">[columns], or empty.</param>
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
    public void Check(int count, int columns, ReadOnlySpan<T> y, ReadOnlySpan<T> normalized, ReadOnlySpan<T> inverseDeviation)
    {
        Require.ElementsOrNone(_type, columns, "type");
        Require.Elements(_ids, count, "ids");
        Require.Elements(_places, count, "places");
        Require.Indices(_ids, Require.Rows(_words, columns, "words"), "ids");
        Require.Indices(_places, Require.Rows(_positions, columns, "positions"), "places");
        Require.Apart(y, _words, _positions, _type);
        Require.Apart(normalized, _words, _positions, _type);
        Require.Apart(inverseDeviation, _words, _positions, _type);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<T> Row<TLane>(int row, Span<T> room)
        where TLane : struct, ILane<TLane, T>
    {
        int columns = room.Length;
        Rows<TLane, T>.Sum(_words.Slice(_ids[row] * columns, columns), _positions.Slice(_places[row] * columns, columns), room);
        if (!_type.IsEmpty) Rows<TLane, T>.Add(_type, room);
        return room;
    }
}
