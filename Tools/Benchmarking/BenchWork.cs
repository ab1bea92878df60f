using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;

namespace QEngine.Tools.Benchmarking;

/// <summary>A batch of random tokens and what is done with it again and again.</summary>
internal abstract class BenchWork
{
    private readonly BertConfiguration _sizes;

    /// <summary>Makes the batch.</summary>
    /// <param name="sizes">Sizes of the encoder.</param>
    /// <param name="sequences">Sequences of the batch.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="seed">Picks the tokens.</param>
    protected BenchWork(BertConfiguration sizes, int sequences, int length, ulong seed)
    {
        _sizes = sizes;
        SplittableRandom random = new(seed);
        int[] ids = new int[length];
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            foreach (ref int id in ids.AsSpan()) id = random.NextInt(sizes.VocabularySize);
            Batch.Add(ids);
        }
    }

    /// <summary>Tokens of one run.</summary>
    public int Tokens => Batch.Tokens;

    /// <summary>Floating point operations of the matrix products of one run; a multiply-add counts two.</summary>
    public abstract double Flops { get; }

    /// <summary>The tokens.</summary>
    protected PackedSequences Batch { get; } = new();

    /// <summary>Operations of the encoder's matrix products from tokens to hidden states.</summary>
    protected double ForwardFlops
    {
        get
        {
            double hidden = _sizes.HiddenSize, weights = (4 * hidden * hidden) + (2 * hidden * _sizes.IntermediateSize), scores = 0;
            ReadOnlySpan<int> offsets = Batch.Offsets.Span;
            for (int i = 0; i < Batch.Count; i++) scores += Math.Pow(offsets[i + 1] - offsets[i], 2);
            return 2.0 * _sizes.Layers * ((Batch.Tokens * weights) + (2 * hidden * scores));
        }
    }

    /// <summary>Runs the batch once.</summary>
    public abstract void Run();
}

/// <summary>Embeds the batch, all but tokenising.</summary>
internal sealed class EmbeddingWork : BenchWork
{
    private readonly SentenceEmbedder _embedder;
    private readonly float[] _embeddings;

    /// <summary>Makes the batch.</summary>
    /// <param name="embedder">The model.</param>
    /// <param name="sequences">Sequences of the batch.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="seed">Picks the tokens.</param>
    public EmbeddingWork(SentenceEmbedder embedder, int sequences, int length, ulong seed)
        : base(embedder.Model.Encoder.Configuration, sequences, length, seed)
    {
        _embedder = embedder;
        _embeddings = new float[sequences * embedder.Dimension];
    }

    /// <inheritdoc/>
    public override double Flops => ForwardFlops;

    /// <inheritdoc/>
    public override void Run() => _embedder.Embed(Batch, _embeddings);
}
