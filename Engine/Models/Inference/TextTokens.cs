using QEngine.Tensors;

namespace QEngine.Models;

/// <summary>The tokens of a batch that are pooled where a prompt's are not: all but the first ones of every sequence.</summary>
/// <remarks>Its arrays grow and are reused from batch to batch.</remarks>
internal sealed class TextTokens
{
    private int[] _indices = [];
    private int[] _offsets = [];
    private int _sequences;

    /// <summary>The tokens, by their index in the batch.</summary>
    public ReadOnlyMemory<int> Indices => _indices.AsMemory(0, _offsets[_sequences]);

    /// <summary>[sequences + 1], where each sequence starts among these tokens, then their number.</summary>
    public ReadOnlyMemory<int> Offsets => _offsets.AsMemory(0, _sequences + 1);

    /// <summary>Takes a batch.</summary>
    /// <param name="batch">The sequences, each of which starts with the prompt.</param>
    /// <param name="promptTokens">Tokens of the prompt with [CLS]; the last token of a sequence is pooled in any case.</param>
    public void Set(PackedSequences batch, int promptTokens)
    {
        if (_indices.Length < batch.Tokens) _indices = new int[Math.Max(batch.Tokens, 2 * _indices.Length)];
        if (_offsets.Length < batch.Count + 1) _offsets = new int[Math.Max(batch.Count + 1, 2 * _offsets.Length)];
        ReadOnlySpan<int> starts = batch.Offsets.Span;
        int count = 0;
        for (int sequence = 0; sequence < batch.Count; sequence++)
        {
            int end = starts[sequence + 1];
            _offsets[sequence] = count;
            for (int token = Math.Min(starts[sequence] + promptTokens, end - 1); token < end; token++) _indices[count++] = token;
        }
        _offsets[batch.Count] = count;
        _sequences = batch.Count;
    }
}
