using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>The encoder in double precision against a naive one.</summary>
public sealed class BertEncoderTests
{
    private const double Tolerance = 1e-9;
    private static readonly int[][] Sequences = [[2, 5, 3], [2, 3], [2, 9, 9, 1, 0, 7, 4, 11, 12, 3], [2], [2, 8, 6, 7, 3]];

    [TestCase(16, 2)]
    [TestCase(24, 3)]
    [TestCase(36, 4)]
    [TestCase(7, 1)]
    [TestCase(10, 5)]
    public void Hidden_states_and_means_are_those_of_the_naive_encoder(int hidden, int heads)
    {
        EmbeddingModel<double> model = Model(hidden, heads, seed: 5);
        NaiveBert naive = new(model.Encoder.Configuration, name => Weights(model, name));

        double[] states = States(model, Sequences, out double[] means);

        int token = 0;
        for (int sequence = 0; sequence < Sequences.Length; sequence++)
        {
            double[][] expected = naive.Forward(Sequences[sequence]);
            foreach (double[] vector in expected)
                Assert.That(states.AsSpan(token++ * hidden, hidden).ToArray(), Is.EqualTo(vector).Within(Tolerance), $"sequence {sequence}");
            Assert.That(means.AsSpan(sequence * hidden, hidden).ToArray(), Is.EqualTo(NaiveBert.Mean(expected)).Within(Tolerance), $"mean of sequence {sequence}");
        }
    }

    [TestCase(16, 2)]
    [TestCase(21, 3)]
    public void Hidden_states_of_DistilBert_are_those_of_the_naive_encoder(int hidden, int heads)
    {
        BertConfiguration encoder = new()
        {
            Architecture = EncoderArchitecture.DistilBert,
            TokenTypes = 0,
            VocabularySize = 13,
            HiddenSize = hidden,
            Layers = 3,
            Heads = heads,
            IntermediateSize = (2 * hidden) + 1,
            MaximumPositions = 12,
        };
        EmbeddingModel<double> model = new(encoder, HeadConfiguration.None(hidden));
        RandomParameters.Fill(model.Parameters, seed: 15);
        NaiveDistilBert naive = new(3, heads, hidden, name => Weights(model, name));

        double[] states = States(model, Sequences, out _);

        int token = 0;
        foreach (int[] sequence in Sequences)
        {
            foreach (double[] vector in naive.Forward(sequence))
                Assert.That(states.AsSpan(token++ * hidden, hidden).ToArray(), Is.EqualTo(vector).Within(Tolerance));
        }
    }

    [Test]
    public void Layers_and_embeddings_are_frozen_and_thawed_as_a_whole()
    {
        EmbeddingModel<double> model = Model(16, 2, seed: 2);
        BertEncoder<double> encoder = model.Encoder;
        IReadOnlyList<Parameter<double>>[] parts = [encoder.EmbeddingParameters, .. encoder.Layers.Select(layer => layer.Parameters)];

        Assert.That(parts.SelectMany(part => part), Is.EqualTo(model.Parameters.Parameters.Take(model.EncoderParameters)));
        encoder.Layers[1].Frozen = true;
        encoder.EmbeddingsFrozen = true;
        Assert.That(parts.Select(part => part.Count(parameter => parameter.Frozen)), Is.EqualTo(new[] { 5, 0, 16 }));
        encoder.Layers[1].Parameters[7].Frozen = false;
        encoder.EmbeddingsFrozen = false;
        Assert.That((encoder.EmbeddingsFrozen, encoder.Layers[0].Frozen, encoder.Layers[1].Frozen), Is.EqualTo((false, false, false)));
        encoder.Layers[1].Parameters[7].Frozen = true;
        Assert.That(encoder.Layers[1].Frozen);
    }

    [Test]
    public void Token_types_that_an_architecture_has_not_are_refused()
    {
        BertConfiguration sizes = new() { VocabularySize = 13, HiddenSize = 8, Layers = 1, Heads = 2, IntermediateSize = 4 };

        Assert.That(() => (sizes with { Architecture = EncoderArchitecture.DistilBert }).Validate("x"), Throws.TypeOf<QEngineException>().With.Message.Contains("no token types in DistilBERT, found 2"));
        Assert.That(() => (sizes with { TokenTypes = 0 }).Validate("x"), Throws.TypeOf<QEngineException>().With.Message.Contains("at least 1 token type, found 0"));
    }

    [Test]
    public void Without_position_embeddings_permuting_tokens_permutes_their_vectors()
    {
        const int Hidden = 24;
        EmbeddingModel<double> model = Model(Hidden, 3, seed: 8);
        Assert.That(model.Parameters.TryGet("embeddings.position_embeddings.weight", out Parameter<double>? positions));
        positions!.Values.Span.Clear();
        int[] ids = [2, 9, 4, 1, 7, 3], permutation = [3, 0, 5, 4, 1, 2];

        double[] states = States(model, [ids], out _);
        double[] permuted = States(model, [Array.ConvertAll(permutation, place => ids[place])], out _);

        for (int i = 0; i < ids.Length; i++)
        {
            double[] expected = states.AsSpan(permutation[i] * Hidden, Hidden).ToArray();
            Assert.That(permuted.AsSpan(i * Hidden, Hidden).ToArray(), Is.EqualTo(expected).Within(Tolerance), $"token {i}");
        }
    }

    [Test]
    public void Positions_matter_where_they_are_embedded()
    {
        EmbeddingModel<double> model = Model(24, 3, seed: 8);

        _ = States(model, [[2, 9, 4, 3], [2, 4, 9, 3]], out double[] means);

        Assert.That(means[..24], Is.Not.EqualTo(means[24..]).Within(1e-3));
    }

    [Test]
    public void A_recording_tape_gives_the_same_bits()
    {
        EmbeddingModel<double> model = Model(24, 3, seed: 4);
        _ = States(model, Sequences, out double[] means);
        Tape<double> recording = new(WorkerPool.Single, recording: true, model.Parameters.Gradients);

        Tensor<double> recorded = model.Pool(recording, Pack(Sequences), DropoutSequence.None);

        Assert.That(recorded.Span.ToArray(), Is.EqualTo(means));
        Assert.That(recording.Recorded, Is.GreaterThan(0));
    }

    [Test]
    public void Weights_that_changed_are_packed_again()
    {
        EmbeddingModel<double> model = Model(24, 3, seed: 4), other = Model(24, 3, seed: 5);
        double[] first = States(model, Sequences, out _), expected = States(other, Sequences, out _);

        other.Parameters.Values.CopyTo(model.Parameters.Values, 0);
        foreach (Parameter<double> parameter in model.Parameters.Parameters) parameter.Changed();

        Assert.That(States(model, Sequences, out _), Is.EqualTo(expected).And.Not.EqualTo(first));
    }

    [Test]
    public void A_sequence_longer_than_the_positions_is_refused()
    {
        EmbeddingModel<double> model = Model(16, 2, seed: 1);

        QEngineException error = Assert.Throws<QEngineException>(() => States(model, [new int[13]], out _))!;

        Assert.That(error.Message, Does.Contain("expected indices from 0 to 11, found 12"));
    }

    [Test]
    public void Heads_that_do_not_divide_the_hidden_size_are_refused() =>
        Assert.That(() => Model(16, 3, seed: 1), Throws.TypeOf<QEngineException>().With.Message.Contains("divisible by num_attention_heads"));

    private static EmbeddingModel<double> Model(int hidden, int heads, ulong seed)
    {
        BertConfiguration encoder = new()
        {
            VocabularySize = 13,
            HiddenSize = hidden,
            Layers = 2,
            Heads = heads,
            IntermediateSize = (3 * hidden) + 1,
            MaximumPositions = 12,
            LayerNormEpsilon = 1e-5,
        };
        EmbeddingModel<double> model = new(encoder, HeadConfiguration.None(hidden));
        RandomParameters.Fill(model.Parameters, seed);
        return model;
    }

    private static double[] Weights(EmbeddingModel<double> model, string name) =>
        model.Parameters.TryGet(name, out Parameter<double>? parameter) ? parameter.Values.ToArray() : throw new ArgumentException(name);

    private static double[] States(EmbeddingModel<double> model, int[][] sequences, out double[] means)
    {
        PackedSequences batch = Pack(sequences);
        Tape<double> tape = new(WorkerPool.Single, recording: false);
        double[] states = model.Encoder.Forward(tape, batch, DropoutSequence.None).Span.ToArray();
        tape.Reset();
        means = model.Pool(tape, batch, DropoutSequence.None).Span.ToArray();
        return states;
    }

    private static PackedSequences Pack(int[][] sequences)
    {
        PackedSequences batch = new();
        foreach (int[] ids in sequences) batch.Add(ids);
        return batch;
    }
}
