using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Tests.Models;

/// <summary>Weights that are finite, but whose sums and squares may not fit single precision: a right vector or one line, never a wrong vector.</summary>
public sealed class ExtremeWeightsTests
{
    private const string Text = "red cat sings the blue dog";

    private static readonly PackedSequences Batch = new();

    // No head, and one that normalises.
    private static readonly HeadConfiguration[] Heads = [SmallModel.Heads[0], SmallModel.Heads[5], SmallModel.Heads[6]];

    [Test]
    public void Large_ones_give_the_right_vector_or_none([ValueSource(nameof(Heads))] HeadConfiguration head, [Values(1e18f, 3e37f)] float largest)
    {
        int refused = 0;
        foreach (string tensor in Enlarged(head, largest, out SentenceEmbedder embedder, out EmbeddingModel<double> exact))
        {
            try
            {
                Assert.That(Error(embedder.Embed(Text), exact, embedder), Is.LessThan(1e-4), tensor);
            }
            catch (QEngineException wrong)
            {
                Assert.That(wrong.Message, Does.StartWith("expected finite embeddings, found ").And.EndsWith("in text 0 of the batch, column 0: the model's weights are not usable"), tensor);
                refused++;
            }
        }
        if (largest == 1e18f) Assert.That(refused, Is.Zero);
        else Assert.That(refused, Is.GreaterThan(5), "the normalisation's squares overflow");
    }

    [TestCase(1e30f, "expected weights of at most 4.611686E+18 in magnitude, found 1E+30 at element 3")]
    [TestCase(-1e30f, "found -1E+30 at element 3")]
    [TestCase(float.MaxValue, "at most 4.611686E+18")]
    [TestCase(float.NaN, "expected finite weights, found NaN at element 3")]
    [TestCase(float.NegativeInfinity, "expected finite weights, found -Infinity at element 3")]
    public void A_weight_of_a_file_is_named(float weight, string message)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Change("model.safetensors", tensors => tensors.Find(tensor => tensor.Name == "encoder.layer.1.output.dense.weight").Values[3] = weight);

        files.Refused(message, "\"encoder.layer.1.output.dense.weight\"", "model.safetensors");
    }

    [TestCase(4e18f)]
    [TestCase(1e-40f)]
    [TestCase(0f)]
    public void Others_load(float weight)
    {
        using ModelFiles files = new(SmallModel.Heads[0]);
        files.Change("model.safetensors", tensors => tensors.Find(tensor => tensor.Name == "encoder.layer.1.output.dense.weight").Values[3] = weight);

        Assert.That(ModelFolder.Load(files.Folder).Embed(Text), Has.All.Matches<float>(float.IsFinite));
    }

    /// <summary>A model whose tensors are scaled to a largest magnitude, one after the other; and the same in double precision.</summary>
    private static IEnumerable<string> Enlarged(HeadConfiguration head, float largest, out SentenceEmbedder embedder, out EmbeddingModel<double> exact)
    {
        SentenceEmbedder made = embedder = SmallModel.Create(head);
        EmbeddingModel<double> same = exact = new(embedder.Model.Encoder.Configuration, head, embedder.Model.Pooling);
        return Names();

        IEnumerable<string> Names()
        {
            float[] original = [.. made.Model.Parameters.Values];
            foreach (Parameter<float> parameter in made.Model.Parameters.Parameters.Take(made.Model.EncoderParameters))
            {
                original.CopyTo(made.Model.Parameters.Values, 0);
                float found = parameter.Values.ToArray().Max(Math.Abs);
                foreach (ref float value in parameter.Values.Span) value = value / found * largest;
                for (int i = 0; i < same.Parameters.Count; i++) same.Parameters.Values[i] = made.Model.Parameters.Values[i];
                foreach (Parameter<float> any in made.Model.Parameters.Parameters) any.Changed();
                foreach (Parameter<double> any in same.Parameters.Parameters) any.Changed();
                yield return parameter.TensorName;
            }
        }
    }

    private static double Error(float[] found, EmbeddingModel<double> exact, SentenceEmbedder embedder)
    {
        Batch.Clear();
        Batch.Add(embedder.Tokenizer.Encode(Text, embedder.MaximumLength));
        Tape<double> tape = new(WorkerPool.Single, recording: false);
        double[] expected = exact.Represent(tape, exact.Pool(tape, Batch, DropoutSequence.None)).Span.ToArray();
        double length = Math.Sqrt(expected.Sum(value => value * value));
        return Math.Sqrt(found.Zip(expected, (a, b) => (a - b) / length).Sum(part => part * part));
    }
}
