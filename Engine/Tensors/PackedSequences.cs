namespace QEngine.Tensors;

/// <summary>
/// A batch of token sequences laid end to end, without padding: token ids and where each sequence starts.
/// </summary>
/// <remarks>Its arrays grow and are reused from batch to batch. Token types are 0 throughout, as for single texts in BERT.</remarks>
public sealed class PackedSequences
{
    private int[] _ids = new int[1024];
    private int[] _positions = new int[1024];
    private int[] _offsets = new int[64];
    private int[] _pooled = new int[1024];
    private int[] _pooledOffsets = new int[64];

    /// <summary>Number of sequences.</summary>
    public int Count { get; private set; }

    /// <summary>Number of tokens of all sequences together.</summary>
    public int Tokens { get; private set; }

    /// <summary>[tokens], the token ids.</summary>
    public ReadOnlyMemory<int> Ids => _ids.AsMemory(0, Tokens);

    /// <summary>[tokens], each token's position within its sequence, from 0.</summary>
    public ReadOnlyMemory<int> Positions => _positions.AsMemory(0, Tokens);

    /// <summary>[sequences + 1], the first token of each sequence, then the number of tokens.</summary>
    public ReadOnlyMemory<int> Offsets => _offsets.AsMemory(0, Count + 1);

    /// <summary>Number of tokens that are pooled: all, but those of prompts that a model's pooling leaves out.</summary>
    internal int PooledTokens { get; private set; }

    /// <summary>[pooled tokens], their places among all tokens.</summary>
    internal ReadOnlyMemory<int> Pooled => _pooled.AsMemory(0, PooledTokens);

    /// <summary>[sequences + 1], the first pooled token of each sequence, then their number.</summary>
    internal ReadOnlyMemory<int> PooledOffsets => _pooledOffsets.AsMemory(0, Count + 1);

    /// <summary>Removes all sequences.</summary>
    public void Clear() => (Count, Tokens, PooledTokens) = (0, 0, 0);

    /// <summary>Appends a sequence.</summary>
    /// <param name="ids">Its token ids, at least one.</param>
    /// <exception cref="QEngineException">The sequence is empty.</exception>
    public void Add(ReadOnlySpan<int> ids) => Add(ids, 0);

    /// <summary>Appends a sequence of which some tokens are not pooled.</summary>
    /// <param name="ids">Its token ids, at least one.</param>
    /// <param name="unpooled">How many at its start are not; its last one is pooled in any case.</param>
    /// <exception cref="QEngineException">The sequence is empty.</exception>
    internal void Add(ReadOnlySpan<int> ids, int unpooled)
    {
        Guard.AtLeast(nameof(PackedSequences), ids.Length, 1);
        while (_ids.Length < Tokens + ids.Length)
        {
            Array.Resize(ref _ids, 2 * _ids.Length);
            Array.Resize(ref _positions, _ids.Length);
            Array.Resize(ref _pooled, _ids.Length);
        }
        if (_offsets.Length < Count + 2)
        {
            Array.Resize(ref _offsets, 2 * _offsets.Length);
            Array.Resize(ref _pooledOffsets, _offsets.Length);
        }
        ids.CopyTo(_ids.AsSpan(Tokens));
        for (int i = 0; i < ids.Length; i++) _positions[Tokens + i] = i;
        for (int i = Math.Min(unpooled, ids.Length - 1); i < ids.Length; i++) _pooled[PooledTokens++] = Tokens + i;
        Tokens += ids.Length;
        _offsets[++Count] = Tokens;
        _pooledOffsets[Count] = PooledTokens;
    }

    /// <summary>Appends some of another batch's sequences.</summary>
    /// <param name="batch">The other batch.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    internal void Add(PackedSequences batch, int first, int count)
    {
        for (int sequence = first; sequence < first + count; sequence++)
        {
            int start = batch._offsets[sequence], length = batch._offsets[sequence + 1] - start;
            Add(batch._ids.AsSpan(start, length), length - (batch._pooledOffsets[sequence + 1] - batch._pooledOffsets[sequence]));
        }
    }

    /// <summary>Replaces a token, for masked-language-model training.</summary>
    /// <param name="token">Index of the token among all.</param>
    /// <param name="id">The new id.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public void Replace(int token, int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Tokens);
        _ids[token] = id;
    }
}
