using QEngine.Simd;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace QEngine.Kernels;

/// <summary><see cref="EmbeddingSum{T}"/> with word embeddings in eight bits.</summary>
internal readonly ref struct Int8EmbeddingSum : IRowSource<float>
{
    private readonly Int8Table _words;
    private readonly ReadOnlySpan<float> _positions, _type;
    private readonly ReadOnlySpan<int> _ids, _positionIds;

    /// <summary>Names the tables.</summary>
    /// <param name="words">[vocabulary, columns].</param>
    /// <param name="positions">[maximum length, columns].</param>
    /// <param name="type">[columns], or empty.</param>
    /// <param name="ids">[rows], rows of words.</param>
    /// <param name="positionIds">[rows], rows of positions.</param>
    public Int8EmbeddingSum(
        Int8Table words, ReadOnlySpan<float> positions, ReadOnlySpan<float> type, ReadOnlySpan<int> ids, ReadOnlySpan<int> positionIds)
    {
        _words = words;
        _positions = positions;
        _type = type;
        _ids = ids;
        _positionIds = positionIds;
    }

    public void Check(int count, int columns, ReadOnlySpan<float> y, ReadOnlySpan<float> normalized, ReadOnlySpan<float> rstd)
    {
        Require.Equal(_words.Columns, columns, "words.Columns");
        Require.ElementsOrNone(_type, columns, "type");
        Require.Elements(_ids, count, "ids");
        Require.Elements(_positionIds, count, "positionIds");
        Require.Indices(_ids, _words.Rows, "ids");
        Require.Indices(_positionIds, Require.Rows(_positions, columns, "positions"), "positionIds");
        Require.Apart(y, _positions, _type);
        Require.Apart(normalized, _positions, _type);
        Require.Apart(rstd, _positions, _type);
    }

    public ReadOnlySpan<float> Row<TLane>(int row, Span<float> room)
        where TLane : struct, ILane<TLane, float>
    {
        int columns = room.Length, word = _ids[row];
        TensorPrimitives.ConvertTruncating(_words.Codes.Slice(word * columns, columns), room);
        Rows<TLane, float>.Scale(_words.Scales[word], room);
        Rows<TLane, float>.Add(_positions.Slice(_positionIds[row] * columns, columns), room);
        if (!_type.IsEmpty) Rows<TLane, float>.Add(_type, room);
        return room;
    }
}
