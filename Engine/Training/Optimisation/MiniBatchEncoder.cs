using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Ops;
using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>
/// Encodes a batch in mini-batches and keeps the pooled vectors alone; the backward pass encodes each again, with recording, once the
/// gradients of its vectors are known (GradCache: Gao et al., arXiv 2101.06983). So the memory is that of a mini-batch, however large the
/// batch.
/// </summary>
/// <remarks>
/// Vectors, and with them scores and loss, have the bits of a batch that is encoded at once, with the same dropout masks. Gradients of the
/// encoder add up mini-batch by mini-batch, so they differ from those of the whole in their last digits.
/// </remarks>
internal sealed class MiniBatchEncoder(EmbeddingModel<float> model, int texts)
{
    private readonly List<PackedSequences> _parts = [];
    private Tensor<float>[] _pooled = [];

    /// <summary>The pooled vectors of a batch.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="batch">The texts; must not change until the backward pass.</param>
    /// <param name="dropout">Source of dropouts.</param>
    /// <returns>[sequences, hidden].</returns>
    public Tensor<float> Pool(Tape<float> tape, PackedSequences batch, DropoutSequence dropout)
    {
        if (batch.Count <= texts) return model.Pool(tape, batch, dropout);
        int count = (batch.Count + texts - 1) / texts;
        if (_pooled.Length < count) _pooled = new Tensor<float>[2 * count];
        while (_parts.Count < count) _parts.Add(new PackedSequences());
        DropoutSequence.Place start = dropout.Position;
        for (int i = 0; i < count; i++)
        {
            int first = i * texts;
            _parts[i].Clear();
            _parts[i].Add(batch, first, Math.Min(texts, batch.Count - first));
            DropoutSequence.Place place = start with { Tokens = batch.Offsets.Span[first], Sequences = first };
            _pooled[i] = Checkpoint.Apply(tape, default, new MiniBatch(model, _parts[i], dropout, place));
        }
        dropout.Resume(start with { Random = dropout.Position.Random });
        return Concatenate.Apply<float>(tape, _pooled.AsMemory(0, count));
    }
}

/// <summary>The way of a part of a batch to its pooled vectors.</summary>
/// <param name="Model">Encoder and pooling.</param>
/// <param name="Texts">The part's texts.</param>
/// <param name="Dropout">Source of dropouts.</param>
/// <param name="Place">Where the part stands among the batch's dropouts.</param>
internal readonly record struct MiniBatch(
    EmbeddingModel<float> Model, PackedSequences Texts, DropoutSequence Dropout, DropoutSequence.Place Place) : IBlock<float>
{
    /// <inheritdoc/>
    public bool Trains => true;

    /// <inheritdoc/>
    public Tensor<float> Forward(Tape<float> tape, Tensor<float> x)
    {
        Dropout.Resume(Place);
        return Model.Pool(tape, Texts, Dropout);
    }
}
