using System.Numerics;
using QEngine.Simd;

namespace QEngine.Kernels;

/// <summary>
/// The rows of a BERT encoder's input: a token's word, position and token-type embedding, the type being 0 or there being none.
/// </summary>
internal readonly ref struct EmbeddingSum<T> : IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _words, _positions, _type;
    private readonly ReadOnlySpan<int> _ids, _positionIds;

    /// <summary>Names the tables.</summary>
    /// <param name="words">[vocabulary, columns].</param>
    /// <param name="positions">[maximum length, columns].</param>
    /// <param name="type">[columns], or empty.</param>
    /// <param name="ids">[rows], rows of words.</param>
    /// <param name="positionIds">[rows], rows of positions.</param>
    public EmbeddingSum(
        ReadOnlySpan<T> words, ReadOnlySpan<T> positions, ReadOnlySpan<T> type, ReadOnlySpan<int> ids, ReadOnlySpan<int> positionIds)
    {
        _words = words;
        _positions = positions;
        _type = type;
        _ids = ids;
        _positionIds = positionIds;
    }

    public void Check(int count, int columns, ReadOnlySpan<T> y, ReadOnlySpan<T> normalized, ReadOnlySpan<T> rstd)
    {
        Require.ElementsOrNone(_type, columns, "type");
        Require.Elements(_ids, count, "ids");
        Require.Elements(_positionIds, count, "positionIds");
        Require.Indices(_ids, Require.Rows(_words, columns, "words"), "ids");
        Require.Indices(_positionIds, Require.Rows(_positions, columns, "positions"), "positionIds");
        Require.Apart(y, _words, _positions, _type);
        Require.Apart(normalized, _words, _positions, _type);
        Require.Apart(rstd, _words, _positions, _type);
    }

    public ReadOnlySpan<T> Row<TLane>(int row, Span<T> room)
        where TLane : struct, ILane<TLane, T>
    {
        int columns = room.Length;
        Rows<TLane, T>.Sum(_words.Slice(_ids[row] * columns, columns), _positions.Slice(_positionIds[row] * columns, columns), room);
        if (!_type.IsEmpty) Rows<TLane, T>.Add(_type, room);
        return room;
    }
}
