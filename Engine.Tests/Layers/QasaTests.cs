using System.Numerics;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Quantum.Circuits;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>The layer of QASA and its classical counterpart, against reference numbers and plain loops.</summary>
public sealed class QasaTests
{
    private static readonly int[] Offsets = [0, 3, 4, 9];

    [TestCase(0, "Z")]
    [TestCase(20, "Z_with_timestep_20")]
    public void Reference_numbers_of_the_circuit(double tau, string name)
    {
        double[] phi = [.. Enumerable.Range(1, 8).Select(i => (0.3 * i) - 1 + tau)], weights = [.. Enumerable.Range(1, 36).Select(k => 0.05 * k)];

        Assert.That(Circuit<double>(phi, weights), Is.EqualTo(PublishedNumbers.Of("qasa", name)).Within(1e-9));
        Assert.That(Circuit<float>(phi, weights), Is.EqualTo(PublishedNumbers.Of("qasa", name)).Within(1e-5));
    }

    /// <summary>A layer of the published transformer: that of 200,257 numbers in four layers has 49,984; the circuit's adapter adds 1,148.</summary>
    [TestCase(false, 49_984 + 520 + 16 + 576 + 36)]
    [TestCase(true, 49_984 + 520 + 16 + 576 + 32)]
    public void Parameters_are_as_many_as_published(bool isClassical, int count)
    {
        ParameterStore<float> store = new();
        _ = new QasaLayer<float>(store, "layer", new() { IsClassical = isClassical });
        Assert.That(store.Count, Is.EqualTo(count));
    }

    [TestCase(false, false)]
    [TestCase(false, true)]
    [TestCase(true, false)]
    public void The_layer_is_its_definition(bool isClassical, bool addsLength)
    {
        QasaSettings settings = new() { Hidden = 6, Heads = 2, IsClassical = isClassical, AddsLength = addsLength };
        (ParameterStore<double> store, QasaLayer<double> layer) = Make(settings);
        double[] x = Samples.Uniform<double>(1, 9 * 6);

        double[] found = Forward(layer, x, settings.Hidden);

        Assert.That(found, Is.EqualTo(new NaiveQasa(settings, name => Values(store, name)).Forward(x, Offsets)).Within(1e-11));
    }

    [Test]
    public void Gradients_are_those_of_central_differences([Values] bool isClassical)
    {
        QasaSettings settings = new() { Hidden = 4, Heads = 2, IsClassical = isClassical };
        (ParameterStore<double> store, QasaLayer<double> layer) = Make(settings);
        double[] x = Samples.Uniform<double>(1, 9 * 4), upstream = Samples.Uniform<double>(2, 9 * 4);

        (double[] dx, double[] dparameters) = Gradients(store, layer, x, upstream, settings.Hidden);

        Near.Gradients("x", dx, CentralDifferences.Gradient(x, at => CentralDifferences.Dot(upstream, Forward(layer, at, 4))));
        Near.Gradients("parameters", dparameters, CentralDifferences.Gradient(store.Values, _ => CentralDifferences.Dot(upstream, Forward(layer, x, 4))));
    }

    /// <summary>What the publication does not say: w[0, 8], w[2, 8] and w[3, 8] are trained to no effect.</summary>
    [Test]
    public void Gradients_find_the_three_angles_without_effect()
    {
        QasaSettings settings = new() { Hidden = 8, Heads = 2 };
        (ParameterStore<double> store, QasaLayer<double> layer) = Make(settings);
        Parameter<double> weights = store.Parameters.Single(p => p.Name.EndsWith("adapter.weights", StringComparison.Ordinal));
        int first = store.Parameters.TakeWhile(p => p != weights).Sum(p => p.Shape.Length);

        (_, double[] dparameters) = Gradients(store, layer, Samples.Uniform<double>(1, 9 * 8), Samples.Uniform<double>(2, 9 * 8), settings.Hidden);

        int[] without = [.. Enumerable.Range(0, 36).Where(k => Math.Abs(dparameters[first + k]) < 1e-12)];
        Assert.That(without, Is.EqualTo(PublishedNumbers.Of("qasa", "params_without_effect").Chunk(2).Select(at => (int)((9 * at[0]) + at[1]))));
    }

    [Test]
    public void A_sequence_alone_gives_what_it_gives_in_a_batch()
    {
        QasaSettings settings = new() { Hidden = 8, Heads = 4 };
        (_, QasaLayer<double> layer) = Make(settings);
        double[] x = Samples.Uniform<double>(1, 9 * 8), together = Forward(layer, x, 8);
        Tape<double> tape = new(WorkerPool.Single, recording: false);

        Tensor<double> alone = layer.Forward(tape, new Tensor<double>(x[(4 * 8)..], new Shape(5, 8)), new[] { 0, 5 }, DropoutSequence.None);

        Assert.That(alone.Span.ToArray(), Is.EqualTo(together[(4 * 8)..]));
    }

    [Test]
    public void Dropout_changes_training_alone()
    {
        QasaSettings settings = new() { Hidden = 8, Heads = 4, Dropout = 0.5 };
        (_, QasaLayer<double> layer) = Make(settings);
        double[] x = Samples.Uniform<double>(1, 9 * 8), inference = Forward(layer, x, 8);
        DropoutSequence dropout = DropoutSequence.ForTraining();

        Assert.That(Forward(layer, x, 8), Is.EqualTo(inference));
        Assert.That(Dropped(1), Is.Not.EqualTo(inference).And.EqualTo(Dropped(1)).And.Not.EqualTo(Dropped(2)));

        double[] Dropped(ulong seed)
        {
            dropout.Begin(seed);
            return layer.Forward(new Tape<double>(WorkerPool.Single, recording: false), new Tensor<double>(x, new Shape(9, 8)), Offsets, dropout).Span.ToArray();
        }
    }

    private static double[] Circuit<T>(double[] phi, double[] weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ParameterStore<T> store = new();
        CircuitBottleneck<T> bottleneck = new(store, "adapter");
        store.Allocate();
        Samples.As<T>(weights).CopyTo(store.Values, 0);
        return Samples.Exact<T>(bottleneck.Forward(new Tape<T>(WorkerPool.Single, recording: false), new Tensor<T>(Samples.As<T>(phi), new Shape(1, 8))).Span);
    }

    private static (ParameterStore<double> Store, QasaLayer<double> Layer) Make(QasaSettings settings)
    {
        ParameterStore<double> store = new();
        QasaLayer<double> layer = new(store, "layer", settings);
        store.Initialize(seed: 1);
        RandomParameters.Fill(store, seed: 2);
        return (store, layer);
    }

    private static double[] Values(ParameterStore<double> store, string name) => store.Parameters.Single(p => p.Name == $"layer.{name}").Values.ToArray();

    private static double[] Forward(QasaLayer<double> layer, double[] x, int hidden)
    {
        // Recording, as inference keeps copies of weights, which central differences change.
        Tape<double> tape = new(WorkerPool.Single, recording: true);
        return layer.Forward(tape, new Tensor<double>(x, new Shape(9, hidden)), Offsets, DropoutSequence.None).Span.ToArray();
    }

    private static (double[] Dx, double[] Dparameters) Gradients(ParameterStore<double> store, QasaLayer<double> layer, double[] x, double[] upstream, int hidden)
    {
        Tape<double> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        Tensor<double> leaf = tape.Leaf(x, new Shape(9, hidden));
        double[] dx = tape.Backward(layer.Forward(tape, leaf, Offsets, DropoutSequence.None), upstream)[leaf].ToArray();
        return (dx, [.. store.Gradients]);
    }

    /// <summary>The layer's definition, token by token.</summary>
    private sealed class NaiveQasa(QasaSettings settings, Func<string, double[]> weights)
    {
        public double[] Forward(double[] x, int[] offsets)
        {
            List<double> y = [];
            for (int s = 1; s < offsets.Length; s++)
            {
                double[][] tokens = [.. x[(offsets[s - 1] * settings.Hidden)..(offsets[s] * settings.Hidden)].Chunk(settings.Hidden)];
                double[][] qkv = [.. tokens.Select(token => Linear(token, "attention.in_proj"))];
                for (int t = 0; t < tokens.Length; t++)
                {
                    double[] u = Norm(Sum(tokens[t], Linear(Attention(qkv, t), "attention.out_proj")), "norm1");
                    double[] p = Norm([.. Linear(u, "adapter.down").Select(Math.Tanh)], "adapter.norm");
                    double[] phi = [.. p.Select(value => value + (settings.AddsLength ? tokens.Length : 0))];
                    u = Sum(u, Linear(settings.IsClassical ? Classical(phi) : CircuitRun.Results<double>(SeedCircuits.Qasa(), phi, weights("adapter.weights")), "adapter.up"));
                    double[] wide = Array.ConvertAll(Linear(u, "linear1"), FormulaOracle.Gelu);
                    y.AddRange(Norm(Sum(u, Linear(wide, "linear2")), "norm2"));
                }
            }
            return [.. y];
        }

        private double[] Attention(double[][] qkv, int token)
        {
            int width = settings.Hidden / settings.Heads;
            double[] context = new double[settings.Hidden];
            for (int head = 0; head < settings.Heads; head++)
            {
                double[] scores = [.. qkv.Select(other => Math.Exp(Enumerable.Range(head * width, width).Sum(i => qkv[token][i] * other[settings.Hidden + i]) / Math.Sqrt(width)))];
                for (int i = head * width; i < (head + 1) * width; i++)
                    context[i] = scores.Select((score, other) => score * qkv[other][(2 * settings.Hidden) + i]).Sum() / scores.Sum();
            }
            return context;
        }

        /// <summary>Output j sees the inputs of its parity.</summary>
        private double[] Classical(double[] phi) =>
            [.. Enumerable.Range(0, 8).Select(j => Math.Tanh(Enumerable.Range(0, 8).Where(i => i % 2 == j % 2).Sum(i => weights("adapter.weight")[(j / 2 * 8) + i] * phi[i])))];

        private double[] Linear(double[] x, string name) => LinearOracle.Rows(x, weights($"{name}.weight"), weights($"{name}.bias"));

        private double[] Norm(double[] x, string name)
        {
            double mean = x.Average(), deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + 1e-5);
            return [.. x.Select((value, i) => ((value - mean) / deviation * weights($"{name}.weight")[i]) + weights($"{name}.bias")[i])];
        }

        private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
    }
}
