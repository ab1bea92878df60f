using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Memory;
using QEngine.Tensors;

namespace QEngine.Models;

/// <summary>
/// What one thread needs to embed a batch: reused storage for tokens, intermediate results and the kernels' scratch buffers.
/// </summary>
internal sealed class EmbeddingSession(SentenceEmbedder embedder)
{
    private readonly Tape<float> _tape = new(embedder.Workers, recording: false);
    private readonly PackedSequences _sequences = new();
    private readonly ScratchSet _scratch = new();

    /// <summary>Bytes of intermediate results and scratch buffers that it holds.</summary>
    public long Bytes => _tape.Bytes + _scratch.Bytes;

    /// <summary>Embeds a batch of a window.</summary>
    /// <param name="window">The texts.</param>
    /// <param name="batch">Which batch of it.</param>
    /// <param name="format">In which numbers.</param>
    /// <param name="embeddings">[texts of the window, width of the format]; the rows of the batch's texts are written.</param>
    public void Embed(EmbeddingWindow window, int batch, EmbeddingFormat format, Span<float> embeddings)
    {
        using ScratchSet.Scope scratch = _scratch.Enter();
        ReadOnlySpan<int> texts = window.Batch(batch);
        _sequences.Clear();
        foreach (int text in texts) _sequences.Add(window.Ids(text), window.UnpooledTokens);

        HeadConfiguration head = embedder.Model.Head;
        _tape.Reset();
        Tensor<float> pooled = embedder.Model.Pool(_tape, _sequences, DropoutSequence.None);
        Tensor<float> representations = embedder.Model.Represent(_tape, pooled);
        int width = format.Width(head), columns = head.RepresentationWidth;
        for (int row = 0; row < texts.Length; row++)
            format.Write(head, representations.Span.Slice(row * columns, columns), embeddings.Slice(texts[row] * width, width));
    }
}
