using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>
/// Where the encoder drops numbers in training, and at which rate, as Hugging Face's models do: after the embeddings, of attention's
/// weights, after its output (not in DistilBERT) and after the second half of a block.
/// </summary>
public sealed class EncoderDropoutTests
{
    private const int Hidden = 24, Heads = 3, Layers = 2;
    private const ulong Seed = 11;

    private static readonly int[] Ids = [2, 9, 4, 1, 7, 0, 11, 3];

    [TestCase(0.3, 0.2)]
    [TestCase(0.3, 0)]
    [TestCase(0, 0.2)]
    public void Bert_drops_at_four_places(double hidden, double attention)
    {
        BertConfiguration configuration = new()
        {
            VocabularySize = 13,
            HiddenSize = Hidden,
            Layers = Layers,
            Heads = Heads,
            IntermediateSize = 40,
            MaximumPositions = 12,
            HiddenDropout = hidden,
            AttentionDropout = attention,
        };
        (EmbeddingModel<double> model, Func<string, double[]> weights) = Model(configuration);
        NaiveDropout dropout = new();
        DropoutSequence sequence = Sequence();
        dropout.Add("embeddings", sequence.Next(hidden));
        for (int layer = 0; layer < Layers; layer++)
        {
            dropout.Add($"encoder.layer.{layer}.attention.self", sequence.Next(attention));
            dropout.Add($"encoder.layer.{layer}.attention.output", sequence.Next(hidden));
            dropout.Add($"encoder.layer.{layer}.output", sequence.Next(hidden));
        }

        Check(model, new NaiveBert(configuration, weights, dropout).Forward(Ids));
    }

    [TestCase(0.3, 0.2)]
    [TestCase(0.3, 0)]
    [TestCase(0, 0.2)]
    public void DistilBert_drops_at_three(double hidden, double attention)
    {
        BertConfiguration configuration = new()
        {
            Architecture = EncoderArchitecture.DistilBert,
            TokenTypes = 0,
            VocabularySize = 13,
            HiddenSize = Hidden,
            Layers = Layers,
            Heads = Heads,
            IntermediateSize = 40,
            MaximumPositions = 12,
            HiddenDropout = hidden,
            AttentionDropout = attention,
        };
        (EmbeddingModel<double> model, Func<string, double[]> weights) = Model(configuration);
        NaiveDropout dropout = new();
        DropoutSequence sequence = Sequence();
        dropout.Add("embeddings", sequence.Next(hidden));
        for (int layer = 0; layer < Layers; layer++)
        {
            dropout.Add($"transformer.layer.{layer}.attention.weights", sequence.Next(attention));
            dropout.Add($"transformer.layer.{layer}.ffn", sequence.Next(hidden));
        }

        Check(model, new NaiveDistilBert(Layers, Heads, Hidden, weights, dropout).Forward(Ids));
    }

    [Test]
    public void Frozen_layers_drop_nothing_and_those_above_do()
    {
        BertConfiguration configuration = new()
        {
            VocabularySize = 13,
            HiddenSize = Hidden,
            Layers = Layers,
            Heads = Heads,
            IntermediateSize = 40,
            MaximumPositions = 12,
            HiddenDropout = 0.3,
            AttentionDropout = 0.2,
        };
        (EmbeddingModel<double> model, Func<string, double[]> weights) = Model(configuration);
        model.Encoder.EmbeddingsFrozen = true;
        model.Encoder.Layers[0].Frozen = true;
        NaiveDropout dropout = new();
        DropoutSequence sequence = Sequence();
        dropout.Add("encoder.layer.1.attention.self", sequence.Next(0.2));
        dropout.Add("encoder.layer.1.attention.output", sequence.Next(0.3));
        dropout.Add("encoder.layer.1.output", sequence.Next(0.3));

        Check(model, new NaiveBert(configuration, weights, dropout).Forward(Ids));
    }

    private static (EmbeddingModel<double> Model, Func<string, double[]> Weights) Model(BertConfiguration configuration)
    {
        EmbeddingModel<double> model = new(configuration, HeadConfiguration.None(Hidden));
        RandomParameters.Fill(model.Parameters, seed: 21);
        return (model, name => model.Parameters.TryGet(name, out Parameter<double>? found) ? found.Values.ToArray() : []);
    }

    private static DropoutSequence Sequence()
    {
        DropoutSequence sequence = DropoutSequence.ForTraining();
        sequence.Begin(Seed);
        return sequence;
    }

    private static void Check(EmbeddingModel<double> model, double[][] expected)
    {
        PackedSequences batch = new();
        batch.Add(Ids);
        Tape<double> tape = new(WorkerPool.Single, recording: true, model.Parameters.Gradients);

        double[] states = model.Encoder.Forward(tape, batch, Sequence()).Span.ToArray();

        // The rate of a mask is in single precision.
        Assert.That(states, Is.EqualTo(expected.SelectMany(token => token)).Within(1e-6));
    }
}
