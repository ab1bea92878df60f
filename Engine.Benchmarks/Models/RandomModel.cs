using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>Models with random weights and batches of random tokens, the work of <c>qengine bench</c>.</summary>
internal static class RandomModel
{
    /// <summary>Pieces of the vocabulary, as in BERT: its size matters to the embedding table alone.</summary>
    internal const int Vocabulary = 30_522;

    /// <summary>A model without a head.</summary>
    /// <param name="preset">A preset of <see cref="BertConfiguration"/>.</param>
    internal static EmbeddingModel<float> Create(string preset)
    {
        BertConfiguration sizes = BertConfiguration.Preset(preset, Vocabulary);
        return Create(sizes, HeadConfiguration.None(sizes.HiddenSize));
    }

    /// <summary>A model.</summary>
    internal static EmbeddingModel<float> Create(BertConfiguration encoder, HeadConfiguration head)
    {
        EmbeddingModel<float> model = new(encoder, head);
        model.Parameters.Initialize(seed: 1);
        return model;
    }

    /// <summary>Sequences of one length.</summary>
    internal static PackedSequences Batch(int sequences, int length)
    {
        PackedSequences batch = new();
        for (int sequence = 0; sequence < sequences; sequence++) batch.Add(Inputs.Indices(length, Vocabulary, seed: 2 + (ulong)sequence));
        return batch;
    }

    /// <summary>One sequence through the same model in double precision.</summary>
    /// <param name="model">Its weights are copied.</param>
    /// <param name="ids">The sequence.</param>
    /// <returns>[width], its representation.</returns>
    internal static double[] Precise(EmbeddingModel<float> model, ReadOnlySpan<int> ids)
    {
        EmbeddingModel<double> wide = new(model.Encoder.Configuration, model.Head);
        float[] values = model.Parameters.Values;
        for (int i = 0; i < values.Length; i++) wide.Parameters.Values[i] = values[i];
        PackedSequences sequence = new();
        sequence.Add(ids);
        Tape<double> tape = new(WorkerPool.Single, recording: false);
        return wide.Represent(tape, wide.Pool(tape, sequence, DropoutSequence.None)).Span.ToArray();
    }
}
