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

    /// <summary>Removes all sequences.</summary>
    public void Clear() => (Count, Tokens) = (0, 0);

    /// <summary>Appends a sequence.</summary>
    /// <param name="ids">Its token ids, at least one.</param>
    /// <exception cref="QEngineException">The sequence is empty.</exception>
    public void Add(ReadOnlySpan<int> ids)
    {
        Guard.AtLeast(nameof(PackedSequences), ids.Length, 1);
        while (_ids.Length < Tokens + ids.Length)
        {
            Array.Resize(ref _ids, 2 * _ids.Length);
            Array.Resize(ref _positions, _ids.Length);
        }
        if (_offsets.Length < Count + 2) Array.Resize(ref _offsets, 2 * _offsets.Length);
        ids.CopyTo(_ids.AsSpan(Tokens));
        for (int i = 0; i < ids.Length; i++) _positions[Tokens + i] = i;
        Tokens += ids.Length;
        _offsets[++Count] = Tokens;
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
