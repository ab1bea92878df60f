using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Tests.Training;
using QEngine.Workers;

namespace QEngine.Tests.Autodiff;

/// <summary>What a backward pass calls complete gets nothing more.</summary>
internal sealed class GradientListenerTests
{
    private static readonly HeadConfiguration[] Heads = [.. ToyData.Heads, HeadConfiguration.Quantum(24, 10, scale: EncodingScale.PerInput)];

    [Test]
    public void Gradients_called_complete_are_those_of_the_end([Range(0, 5)] int head, [Values] bool checkpoint, [Values] bool frozen)
    {
        EmbeddingModel<float> model = ToyData.Model(Heads[head], dropout: 0.1);
        model.Encoder.EmbeddingsFrozen = frozen;
        (Tape<float> tape, Tensor<float> result) = Forward(model, checkpoint);
        Complete complete = new(model.Parameters.Gradients);

        tape.Backward(result, Upstream(result), complete);

        Bits.AreEqual<float>("those called complete", complete.Gradients, model.Parameters.Gradients);
        Assert.That(complete.Elements, Is.Ordered.Descending);
        Assert.That(complete.Elements[^1], Is.Zero);
        Assert.That(complete.Elements.Distinct().Count(), Is.GreaterThan(checkpoint ? model.Encoder.Layers.Count : 5 * model.Encoder.Layers.Count), "not all of them in the end");
    }

    [Test]
    public void Being_listened_to_changes_no_bit()
    {
        float[] Gradients(bool heard)
        {
            EmbeddingModel<float> model = ToyData.Model(Heads[0]);
            (Tape<float> tape, Tensor<float> result) = Forward(model, checkpoint: false);
            tape.Backward(result, Upstream(result), heard ? new Complete(model.Parameters.Gradients) : null);
            return model.Parameters.Gradients;
        }

        Bits.AreEqual<float>("heard", Gradients(true), Gradients(false));
    }

    private static (Tape<float> Tape, Tensor<float> Result) Forward(EmbeddingModel<float> model, bool checkpoint)
    {
        Tape<float> tape = new(WorkerPool.Single, recording: true, model.Parameters.Gradients, checkpoint);
        PackedSequences texts = new();
        foreach (string text in (string[])["red cat runs", "blue dog", "green bird sings slowly"]) texts.Add(ToyData.Tokenizer.Encode(text, 16));
        DropoutSequence dropout = DropoutSequence.ForTraining();
        dropout.Begin(3);
        return (tape, model.Represent(tape, model.Pool(tape, texts, dropout)));
    }

    private static float[] Upstream(Tensor<float> result)
    {
        SplittableRandom random = new(5);
        float[] upstream = new float[result.Shape.Length];
        foreach (ref float value in upstream.AsSpan()) value = (float)random.NextGaussian();
        return upstream;
    }

    /// <summary>Keeps the gradients as they were when they were called complete.</summary>
    private sealed class Complete(float[] gradients) : IGradientListener
    {
        private int _end = gradients.Length;

        public float[] Gradients { get; } = new float[gradients.Length];

        public List<int> Elements { get; } = [];

        public void CompleteFrom(int element)
        {
            Elements.Add(element);
            if (element < _end) gradients.AsSpan(element, _end - element).CopyTo(Gradients.AsSpan(element));
            _end = Math.Min(_end, element);
        }
    }
}
