using MathNet.Numerics.Statistics;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;

namespace QEngine.Tests.Layers;

/// <summary>What new parameters are drawn from.</summary>
public sealed class InitializationTests
{
    private static readonly BertConfiguration Encoder =
        new() { VocabularySize = 300, HiddenSize = 64, Layers = 1, Heads = 4, IntermediateSize = 128, MaximumPositions = 40 };

    [Test]
    public void An_encoder_is_normal_of_two_hundredths_with_biases_of_0_and_scales_of_1()
    {
        foreach (Parameter<float> parameter in Drawn(HeadConfiguration.None(64)))
        {
            double[] values = [.. parameter.Values.ToArray().Select(value => (double)value)];
            bool scale = parameter.Name.EndsWith("LayerNorm.weight", StringComparison.Ordinal);
            bool constant = scale || parameter.Name.EndsWith("bias", StringComparison.Ordinal);
            if (constant) Assert.That(values, Is.All.EqualTo(scale ? 1 : 0), parameter.Name);
            else Normal(parameter.Name, values, 0.02);
        }
    }

    [Test]
    public void Angles_of_a_quantum_head_are_standard_normal([Values] CompressionGate gate, [Values] PairAngles set)
    {
        // 54 pairs, of three matrices of four angles or of two; of the angles half are effective.
        IEnumerable<Parameter<float>> head = Head(HeadConfiguration.Quantum(64, 10, gate, angles: set), "steps.");
        double[] angles = [.. head.SelectMany(parameter => parameter.Values.ToArray()).Select(value => (double)value)];
        Assert.That(angles, Has.Length.EqualTo(54 * (gate == CompressionGate.ControlledU ? 12 : 8) / (set == PairAngles.All ? 1 : 2)));
        Normal("angles", angles, 1);
    }

    /// <summary>As torch.nn.Linear: both from the same range.</summary>
    [Test]
    public void Weights_and_biases_of_a_dense_head_are_uniform_within_one_over_the_root_of_its_inputs()
    {
        double bound = 1 / Math.Sqrt(64);
        foreach (Parameter<float> parameter in Head(HeadConfiguration.Linear(64, 50), "linear."))
        {
            double[] values = [.. parameter.Values.ToArray().Select(value => (double)value)];

            Assert.That(values, Is.All.InRange(-bound, bound), parameter.Name);
            Assert.That(values.Distinct().Count(), Is.GreaterThan(0.9 * values.Length), parameter.Name);
            // The deviation of a uniform number is its bound over the root of 3.
            Assert.That(values.Mean(), Is.EqualTo(0).Within(4 * bound / Math.Sqrt(3 * values.Length)), parameter.Name);
            Assert.That(values.StandardDeviation(), Is.EqualTo(bound / Math.Sqrt(3)).Within(25).Percent, parameter.Name);
        }
    }

    private static IEnumerable<Parameter<float>> Head(HeadConfiguration head, string prefix) =>
        Drawn(head).Where(parameter => parameter.TensorName.StartsWith(prefix, StringComparison.Ordinal));

    private static IEnumerable<Parameter<float>> Drawn(HeadConfiguration head)
    {
        EmbeddingModel<float> model = new(Encoder, head);
        model.Parameters.Initialize(5);
        return model.Parameters.Parameters;
    }

    /// <summary>Within four deviations of the mean and of the deviation themselves.</summary>
    private static void Normal(string name, double[] values, double deviation)
    {
        Assert.That(values.Mean(), Is.EqualTo(0).Within(4 * deviation / Math.Sqrt(values.Length)), name);
        Assert.That(values.StandardDeviation(), Is.EqualTo(deviation).Within(4 * deviation / Math.Sqrt(2 * values.Length)), name);
    }
}
