using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;

namespace QEngine.Models;

/// <summary>What one thread needs to embed texts: reused storage for tokens and intermediate results.</summary>
internal sealed class EmbeddingSession(SentenceEmbedder embedder)
{
    private readonly Tape<float> _tape = new(embedder.Workers, recording: false);
    private readonly PackedSequences _batch = new();
    private readonly int[] _ids = new int[embedder.MaximumLength];

    /// <summary>Tokens added since <see cref="Begin"/>.</summary>
    public int Tokens => _batch.Tokens;

    /// <summary>Starts a batch.</summary>
    public void Begin() => _batch.Clear();

    /// <summary>Adds a text to the batch.</summary>
    public void Add(string text) => _batch.Add(_ids.AsSpan(0, embedder.Tokenizer.Encode(text, _ids)));

    /// <summary>Embeds the batch.</summary>
    public void Write(EmbeddingFormat format, Span<float> embeddings)
    {
        HeadConfiguration head = embedder.Model.Head;
        _tape.Reset();
        Tensor<float> representations = embedder.Model.Represent(_tape, embedder.Model.Pool(_tape, _batch, DropoutSequence.None));
        int width = format.Width(head), columns = head.RepresentationWidth;
        for (int row = 0; row < _batch.Count; row++)
            format.Write(head, representations.Span.Slice(row * columns, columns), embeddings.Slice(row * width, width));
        if (TensorPrimitives.IsFiniteAll<float>(embeddings)) return;
        for (int i = 0; i < embeddings.Length; i++)
        {
            if (!float.IsFinite(embeddings[i]))
                throw new QEngineException($"expected finite embeddings, found {embeddings[i]} in text {i / width} of the batch, column {i % width}: the model's weights are not usable");
        }
    }
}
