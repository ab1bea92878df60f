using System.Numerics;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Workers;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Layers;

/// <summary>Last hidden states of some tokens alone: what they are among those of all, for less work.</summary>
public sealed class TokenSelectionTests
{
    private const int Hidden = 24, Layers = 2;
    private static readonly int[][] Sequences = [[2, 5, 3], [2, 3], [2, 9, 9, 1, 0, 7, 4, 11, 12, 3], [2], [2, 8, 6, 7, 3]];
    private static readonly int Tokens = Sequences.Sum(ids => ids.Length);

    /// <summary>Parameters that are frozen, from below: none, the embeddings and some of the layers.</summary>
    private static readonly int[] Frozen = [-1, 0, 1, Layers];

    [Property(MaxTest = 60)]
    public void Its_states_are_the_bits_of_those_of_all_tokens(int seed, bool recording, bool checkpointing)
    {
        int[] tokens = Some(seed);
        foreach (int frozen in Frozen)
        {
            EmbeddingModel<float> model = Model<float>(frozen);
            Tape<float> all = new(WorkerPool.Single, recording: false), some = Tape(model, recording, checkpointing);

            float[] expected = Gather.Apply(all, model.Encoder.Forward(all, Batch(), DropoutSequence.None), tokens).Span.ToArray();

            Assert.That(Forward(model, some, tokens).Span.ToArray(), Is.EqualTo(expected), $"frozen {frozen}");
        }
    }

    [Property(MaxTest = 60)]
    public void Its_gradients_are_those_of_tokens_picked_at_the_end(int seed, bool checkpointing)
    {
        int[] tokens = Some(seed);
        SplittableRandom random = new((ulong)(uint)seed + 1);
        double[] upstream = [.. Enumerable.Range(0, tokens.Length * Hidden).Select(_ => random.NextGaussian())];
        foreach (int frozen in Frozen[..^1])
        {
            EmbeddingModel<double> model = Model<double>(frozen);
            Tape<double> all = Tape(model, recording: true, checkpointing: false);
            all.Backward(Gather.Apply(all, model.Encoder.Forward(all, Batch(), DropoutSequence.None), tokens), upstream);
            double[] expected = [.. model.Parameters.Gradients];
            Array.Clear(model.Parameters.Gradients);

            Tape<double> some = Tape(model, recording: true, checkpointing);
            some.Backward(Forward(model, some, tokens), upstream);

            Assert.That(expected, Has.Some.Not.Zero);
            Assert.That(model.Parameters.Gradients, Is.EqualTo(expected).Within(1e-10), $"frozen {frozen}");
        }
    }

    [Test]
    public void A_model_that_pools_first_tokens_has_their_states()
    {
        EmbeddingModel<float> model = Model<float>(frozen: -1, PoolingMode.Cls);
        Tape<float> tape = Tape(model, recording: false, checkpointing: false);
        PackedSequences batch = Batch();
        float[] states = model.Encoder.Forward(tape, batch, DropoutSequence.None).Span.ToArray();

        float[] pooled = model.Pool(tape, batch, DropoutSequence.None).Span.ToArray();

        float[][] expected = [.. batch.Offsets[..^1].ToArray().Select(token => states[(token * Hidden)..][..Hidden])];
        Assert.That(pooled, Is.EqualTo(expected.SelectMany(state => state)));
    }

    [Test]
    public void A_model_that_pools_first_tokens_computes_no_others_in_its_last_layer()
    {
        // A tape's memory doubles when it is full, so of batches of many sizes.
        int[] sizes = [40, 50, 60, 70];
        Assert.That(sizes.Sum(size => Bytes(PoolingMode.Cls, size)), Is.LessThan(sizes.Sum(size => Bytes(PoolingMode.Mean, size))));

        static long Bytes(PoolingMode pooling, int size)
        {
            EmbeddingModel<float> model = Model<float>(frozen: -1, pooling);
            Tape<float> tape = Tape(model, recording: true, checkpointing: false);
            PackedSequences batch = new();
            for (int i = 0; i < size; i++) batch.Add(Sequences[2]);
            model.Pool(tape, batch, DropoutSequence.None);
            return tape.Bytes;
        }
    }

    /// <summary>Dropouts of a batch that is run in parts are those of the whole.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public void Dropouts_follow_the_tokens_when_a_batch_is_run_in_parts(bool checkpointing)
    {
        EmbeddingModel<float> model = Model<float>(frozen: -1, PoolingMode.Cls, dropout: 0.3);
        DropoutSequence dropout = DropoutSequence.ForTraining();
        dropout.Begin(5);
        DropoutSequence.Place start = dropout.Position;
        Tape<float> tape = Tape(model, recording: true, checkpointing);
        PackedSequences whole = Batch();
        float[] expected = model.Pool(tape, whole, dropout).Span.ToArray();

        List<float> parts = [];
        for (int first = 0; first < whole.Count; first += 2)
        {
            PackedSequences part = new();
            part.Add(whole, first, Math.Min(2, whole.Count - first));
            dropout.Resume(start with { Tokens = whole.Offsets.Span[first], Sequences = first });
            parts.AddRange(model.Pool(tape, part, dropout).Span);
        }

        Assert.That(parts, Is.EqualTo(expected));
        Assert.That(expected, Is.Not.EqualTo(model.Pool(tape, whole, DropoutSequence.None).Span.ToArray()).Within(1e-3f));
    }

    [TestCase(-1)]
    [TestCase(21)]
    public void Tokens_that_the_batch_has_not_are_refused(int token)
    {
        EmbeddingModel<float> model = Model<float>(frozen: -1);

        Assert.That(
            () => Forward(model, new Tape<float>(WorkerPool.Single, recording: false), [token]),
            Throws.TypeOf<QEngineException>().With.Message.Contains($"from 0 to {Tokens - 1}, found {token}"));
    }

    private static Tensor<T> Forward<T>(EmbeddingModel<T> model, Tape<T> tape, int[] tokens)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        model.Encoder.Forward(tape, Batch(), DropoutSequence.None, new TokenSelection(tokens, 0));

    private static Tape<T> Tape<T>(EmbeddingModel<T> model, bool recording, bool checkpointing)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(WorkerPool.Single, recording, recording ? model.Parameters.Gradients : null, checkpointing);

    /// <summary>One token or more, in any order, some of them twice.</summary>
    private static int[] Some(int seed)
    {
        SplittableRandom random = new((ulong)(uint)seed);
        int[] tokens = new int[1 + random.NextInt(Tokens)];
        for (int i = 0; i < tokens.Length; i++) tokens[i] = random.NextInt(Tokens);
        return tokens;
    }

    private static EmbeddingModel<T> Model<T>(int frozen, PoolingMode pooling = PoolingMode.Mean, double dropout = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BertConfiguration encoder = new()
        {
            VocabularySize = 13,
            HiddenSize = Hidden,
            Layers = Layers,
            Heads = 3,
            IntermediateSize = 40,
            MaximumPositions = 12,
            HiddenDropout = dropout,
            AttentionDropout = dropout,
        };
        EmbeddingModel<T> model = new(encoder, HeadConfiguration.None(Hidden), pooling);
        model.Parameters.Initialize(9);
        if (frozen >= 0) model.Encoder.EmbeddingsFrozen = true;
        for (int layer = 0; layer < frozen; layer++) model.Encoder.Layers[layer].Frozen = true;
        return model;
    }

    private static PackedSequences Batch()
    {
        PackedSequences batch = new();
        foreach (int[] ids in Sequences) batch.Add(ids);
        return batch;
    }
}
