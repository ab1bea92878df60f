using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Layers;
using QEngine.Workers;

namespace QEngine.Tests.Models;

/// <summary>Chains of modules: what they are called, compute and refuse.</summary>
public sealed class HeadConfigurationTests
{
    private const double Tolerance = 1e-12;

    private static IEnumerable<TestCaseData> Names()
    {
        yield return new(HeadConfiguration.None(24), "BT", Similarity.Cosine, 24, 24);
        yield return new(new HeadConfiguration(24, new NormalizeModule(24)), "BT", Similarity.Cosine, 24, 24);
        yield return new(HeadConfiguration.Linear(24, 10), "BEC", Similarity.Cosine, 10, 10);
        yield return new(new HeadConfiguration(24, new DenseModule(24, 10), new NormalizeModule(10)), "BEC", Similarity.Cosine, 10, 10);
        yield return new(HeadConfiguration.Grouped(24, 10, 2), "GroupedLinear", Similarity.Cosine, 10, 10);
        yield return new(HeadConfiguration.Quantum(24, 24), "QBT", Similarity.Fidelity, 24, 48);
        yield return new(HeadConfiguration.Quantum(24, 7), "QBEC", Similarity.Fidelity, 7, 14);
        yield return new(HeadConfiguration.Quantum(24, 7, scale: EncodingScale.PerInput), "QBEC", Similarity.Fidelity, 7, 14);
        yield return new(HeadConfiguration.Quantum(24, 7, angles: PairAngles.Effective), "QBEC", Similarity.Fidelity, 7, 14);
        yield return new(HeadConfiguration.Entangled(24, 6), "EntangledState", Similarity.StateFidelity, 128, 128);
        yield return new(HeadConfiguration.Entangled(24, 5, StateEncoding.Amplitude), "EntangledState", Similarity.StateFidelity, 64, 64);
        yield return new(new HeadConfiguration(24, new DenseModule(24, 10, Bias: false)), "Dense", Similarity.Cosine, 10, 10);
        yield return new(new HeadConfiguration(24, new DenseModule(24, 30), new DenseModule(30, 8, DenseActivation.Identity)), "Dense+Dense", Similarity.Cosine, 8, 8);
        yield return new(new HeadConfiguration(24, new NormalizeModule(24), new QuantumModule(24, 24)), "Normalize+QuantumCompression", Similarity.Fidelity, 24, 48);
    }

    [TestCaseSource(nameof(Names))]
    public void A_chain_knows_its_name_and_widths(HeadConfiguration head, string name, Similarity similarity, int dimension, int width)
    {
        Assert.That((head.PaperName, head.Similarity), Is.EqualTo((name, similarity)));
        Assert.That((head.InputDimension, head.OutputDimension, head.RepresentationWidth), Is.EqualTo((24, dimension, width)));
        Assert.That(head.ToString(), Is.EqualTo($"{name} 24 to {dimension}"));
    }

    [Test]
    public void Equal_chains_are_equal()
    {
        foreach (HeadConfiguration head in SmallModel.Heads)
        {
            HeadConfiguration same = new(head.InputDimension, [.. head.Modules]);
            Assert.That(same, Is.EqualTo(head));
            Assert.That(same.GetHashCode(), Is.EqualTo(head.GetHashCode()));
            Assert.That(Array.FindAll(SmallModel.Heads, other => other == head), Has.Length.EqualTo(1), head.ToString());
        }
    }

    [Test]
    public void A_chain_applies_its_modules_in_order()
    {
        HeadConfiguration head = new(4, new DenseModule(4, 5, DenseActivation.Identity, Bias: false), new DenseModule(5, 3), new NormalizeModule(3));
        ParameterStore<double> store = new();
        IHead<double> layer = head.Create(store);
        store.Allocate();
        RandomParameters.Fill(store, seed: 6);
        double[] x = [0.3, -1.2, 0.7, 2.1];

        double[] first = Map(store, "2_Dense", x, 5), second = Array.ConvertAll(Map(store, "3_Dense", first, 3), Math.Tanh);
        double length = Math.Sqrt(second.Sum(value => value * value));
        double[] found = layer.Forward(new Tape<double>(WorkerPool.Single, recording: false), new Tensor<double>(x, new Shape(1, 4))).Span.ToArray();

        Assert.That(found, Is.EqualTo(Array.ConvertAll(second, value => value / length)).Within(Tolerance));
        Assert.That(store.Parameters.Select(parameter => parameter.Name), Is.EqualTo(new[] { "2_Dense.linear.weight", "3_Dense.linear.weight", "3_Dense.linear.bias" }));
        Assert.That(store.Parameters.Select(parameter => parameter.TensorName), Is.EqualTo(new[] { "linear.weight", "linear.weight", "linear.bias" }));
    }

    [Test]
    public void A_map_without_bias_is_trained_by_its_weight_alone()
    {
        HeadConfiguration head = new(2, new DenseModule(2, 1, DenseActivation.Identity, Bias: false));
        ParameterStore<double> store = new();
        IHead<double> layer = head.Create(store);
        store.Initialize(3);
        Tape<double> tape = new(WorkerPool.Single, recording: true, store.Gradients);

        tape.Backward(layer.Forward(tape, new Tensor<double>([5, -7], new Shape(1, 2))), [2]);

        Assert.That(store.Gradients, Is.EqualTo(new double[] { 10, -14 }));
    }

    [Test]
    public void Modules_that_do_not_fit_together_are_refused()
    {
        ModelFiles.Refused(() => HeadConfiguration.Linear(24, 0), "output dimension of at least 1", "found 0");
        ModelFiles.Refused(() => HeadConfiguration.Quantum(24, 25), "from 1 to the input's 24", "found 25");
        ModelFiles.Refused(() => _ = new HeadConfiguration(24, new QuantumModule(24, 24) { HasResidualReadout = true }), "below the input's 24 for a residual readout", "found 24");
        ModelFiles.Refused(() => HeadConfiguration.Grouped(24, 25, 5), "from 1 to the input's 24", "found 25");
        ModelFiles.Refused(() => HeadConfiguration.Grouped(24, 10, 3), "divides the output dimension 10", "found 3");
        ModelFiles.Refused(() => HeadConfiguration.Grouped(24, 10, 0), "divides the output dimension 10", "found 0");
        ModelFiles.Refused(() => HeadConfiguration.None(0), "at least 1 number", "found 0");
        ModelFiles.Refused(() => _ = new HeadConfiguration(24, new DenseModule(24, 10), new DenseModule(24, 5)), "10 inputs", "Dense with 24");
        ModelFiles.Refused(() => _ = new HeadConfiguration(24, new QuantumModule(24, 10), new NormalizeModule(10)), "QuantumCompression as the last module", "found Normalize");
        ModelFiles.Refused(() => _ = new HeadConfiguration(24, new EntangledModule(24, 2), new NormalizeModule(8)), "EntangledState as the last module", "found Normalize");
        ModelFiles.Refused(() => HeadConfiguration.Entangled(24, 0), "from 1 to 10 qubits", "found 0");
        ModelFiles.Refused(() => HeadConfiguration.Entangled(24, 11), "from 1 to 10 qubits", "found 11");
        ModelFiles.Refused(() => HeadConfiguration.Entangled(24, 4, StateEncoding.Amplitude), "at most 16 numbers as amplitudes of 4 qubits", "found 24");
        ModelFiles.Refused(() => HeadConfiguration.Entangled(24, 5, StateEncoding.Amplitude, EncodingScale.One), "no scale of amplitudes", "found one");
    }

    private static double[] Map(ParameterStore<double> store, string module, double[] x, int outputs)
    {
        Assert.That(store.TryGet($"{module}.linear.weight", out Parameter<double>? weight));
        double[] y = store.TryGet($"{module}.linear.bias", out Parameter<double>? bias) ? bias.Values.ToArray() : new double[outputs];
        for (int row = 0; row < outputs; row++)
        {
            for (int i = 0; i < x.Length; i++) y[row] += weight!.Values.Span[(row * x.Length) + i] * x[i];
        }
        return y;
    }
}
