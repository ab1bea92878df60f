using System.Numerics;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>QKAN and HQKAN against reference numbers, their definition and the published counts of parameters.</summary>
[TestFixture(typeof(float), 1e-5)]
[TestFixture(typeof(double), 1e-9)]
public sealed class QkanTests<T>(double tolerance)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [TestCase("Expectation", "expZ")]
    [TestCase("AmplitudeDifference", "fast")]
    public void Reference_numbers_of_an_edge(string readout, string name)
    {
        double[] x = PublishedNumbers.Of("daruan_pz_r3", "x"), theta = PublishedNumbers.Of("daruan_pz_r3", "theta");
        double[] w = PublishedNumbers.Of("daruan_pz_r3_preact", "w"), b = PublishedNumbers.Of("daruan_pz_r3_preact", "b");
        QkanSettings settings = new() { Readout = Enum.Parse<DaruanReadout>(readout) };

        Assert.That(Run(settings, 1, 1, x, theta), Is.EqualTo(PublishedNumbers.Of("daruan_pz_r3", name)).Within(tolerance));
        Assert.That(Run(settings with { TrainsData = true }, 1, 1, x, theta, w, b), Is.EqualTo(PublishedNumbers.Of("daruan_pz_r3_preact", name)).Within(tolerance));
    }

    [Test]
    public void Reference_numbers_of_rpz()
    {
        double[] theta = PublishedNumbers.Of("daruan_rpz_r3", "theta"), w = PublishedNumbers.Of("daruan_pz_r3_preact", "w"), b = PublishedNumbers.Of("daruan_pz_r3_preact", "b");

        double[] found = Run(new() { Ansatz = DaruanAnsatz.Rpz, TrainsData = true }, 1, 1, PublishedNumbers.Of("daruan_pz_r3", "x"), theta, w, b);

        Assert.That(found, Is.EqualTo(PublishedNumbers.Of("daruan_rpz_r3", "expZ")).Within(tolerance));
    }

    [TestCase("Expectation", "y_expZ")]
    [TestCase("AmplitudeDifference", "y_fast")]
    public void Reference_numbers_of_a_layer(string readout, string name)
    {
        double[] theta = [.. Enumerable.Range(1, 16).Select(k => 0.1 * k)];

        double[] found = Run(new() { Repetitions = 1, Readout = Enum.Parse<DaruanReadout>(readout), HasBase = true }, 2, 2, PublishedNumbers.Of("qkan_layer_2x2_reps1", "x"), theta);

        Assert.That(found, Is.EqualTo(PublishedNumbers.Of("qkan_layer_2x2_reps1", name)).Within(tolerance));
    }

    [TestCase("Pz")]
    [TestCase("Rpz")]
    [TestCase("Px")]
    [TestCase("Real")]
    [TestCase("Mix")]
    public void The_layer_is_the_sum_of_its_edges(string ansatz)
    {
        foreach (int r in (int[])[1, 2, 7])
        {
            QkanSettings settings = new() { Repetitions = r, Ansatz = Enum.Parse<DaruanAnsatz>(ansatz), TrainsScale = true, HasBase = true };
            (ParameterStore<T> store, QkanLayer<T> layer) = Make(settings, 3, 4);
            RandomParameters.Fill(store, seed: 3);
            double[] x = Samples.Exact<T>(Samples.Uniform<T>(1, 5 * 3));
            DaruanPlan plan = new(3, 4, r, settings.Ansatz, settings.Readout);
            double[] columns = [.. Enumerable.Range(0, 15).Select(i => x[(i % 5 * 3) + (i / 5)])];
            double[] sums = DaruanOracle.Layer(plan, columns, Of(store, "theta"), null, ansatz == "Rpz" ? Of(store, "preacts_bias") : null, Of(store, "postact_weights"), Of(store, "postact_bias"));
            double[] beta = Of(store, "base_weight");

            double[] found = Forward(layer, x);

            for (int row = 0; row < 5; row++)
                for (int o = 0; o < 4; o++)
                {
                    double expected = sums[(o * 5) + row] + Enumerable.Range(0, 3).Sum(i => beta[(o * 3) + i] * x[(row * 3) + i] / (1 + Math.Exp(-x[(row * 3) + i])));
                    Assert.That(found[(row * 4) + o], Is.EqualTo(expected).Within(tolerance), $"r = {r}, row {row}, output {o}");
                }
        }
    }

    /// <summary>Counts of the published models: QKAN([10, 10]) 800; for CIFAR-100 3,304 and 18,292 after the convolutions.</summary>
    [Test]
    public void Parameters_are_as_many_as_published()
    {
        Assert.That(Make(new(), 10, 10).Store.Count, Is.EqualTo(800));
        Assert.That(Make(new() { TrainsData = true, TrainsScale = true, HasBase = true }, 10, 10).Store.Count, Is.EqualTo(100 * (8 + 6 + 3)));
        ParameterStore<T> small = new(), large = new();
        _ = new HybridQkan<T>(small, "hqkan", 256, 8, 7, 100, new());
        _ = new HybridQkan<T>(large, "hqkan", 256, 32, 28, 100, new());
        Assert.That((small.Count, large.Count), Is.EqualTo((3304, 18292)));
    }

    [Test]
    public void Hqkan_is_its_three_parts_one_after_another()
    {
        ParameterStore<T> store = new();
        HybridQkan<T> hybrid = new(store, "hqkan", 5, 3, 2, 4, new());
        store.Initialize(seed: 4);
        double[] x = Samples.Exact<T>(Samples.Uniform<T>(1, 2 * 5));
        Tape<T> tape = new(WorkerPool.Single, recording: false);

        double[] found = Samples.Exact<T>(hybrid.Forward(tape, new Tensor<T>(Samples.As<T>(x), new Shape(2, 5))).Span);

        double[] inner = Affine(x, 5, "encoder"), columns = [inner[0], inner[3], inner[1], inner[4], inner[2], inner[5]];
        double[] middle = DaruanOracle.Layer(new(3, 2, 3, DaruanAnsatz.Pz, DaruanReadout.Expectation), columns, Of(store, "theta"));
        Assert.That(found, Is.EqualTo(Affine([middle[0], middle[2], middle[1], middle[3]], 2, "decoder")).Within(tolerance));

        double[] Affine(double[] rows, int inputs, string name)
        {
            double[] weight = Of(store, $"{name}.weight"), bias = Of(store, $"{name}.bias");
            return [.. rows.Chunk(inputs).SelectMany(row => bias.Select((b, o) => b + row.Select((value, i) => value * weight[(o * inputs) + i]).Sum()))];
        }
    }

    [TestCase("Pz", "Expectation", false)]
    [TestCase("Pz", "Expectation", true)]
    [TestCase("Pz", "AmplitudeDifference", true)]
    [TestCase("Rpz", "Expectation", true)]
    [TestCase("Rpz", "AmplitudeDifference", false)]
    public void An_extended_layer_computes_the_same(string ansatz, string readout, bool trainsData)
    {
        QkanSettings settings = new() { Repetitions = 2, Ansatz = Enum.Parse<DaruanAnsatz>(ansatz), Readout = Enum.Parse<DaruanReadout>(readout), TrainsData = trainsData, TrainsScale = true, HasBase = true };
        (ParameterStore<T> store, QkanLayer<T> layer) = Make(settings, 3, 2);
        RandomParameters.Fill(store, seed: 3);
        (_, QkanLayer<T> longer) = Make(settings with { Repetitions = 9 }, 3, 2);
        double[] x = Samples.Exact<T>(Samples.Uniform<T>(1, 7 * 3, -2, 2));

        layer.ExtendTo(longer);

        // 1e-12 in double precision, what nothing but rounding leaves.
        Assert.That(Forward(longer, x), Is.EqualTo(Forward(layer, x)).Within(typeof(T) == typeof(double) ? 1e-12 : tolerance));
    }

    [Test]
    public void Other_layers_are_no_extension()
    {
        QkanLayer<T> layer = Make(new() { Repetitions = 3 }, 2, 2).Layer, real = Make(new() { Ansatz = DaruanAnsatz.Real }, 2, 2).Layer;
        foreach (QkanLayer<T> other in (QkanLayer<T>[])[Make(new() { Repetitions = 2 }, 2, 2).Layer, Make(new(), 2, 3).Layer, real])
            Assert.That(() => layer.ExtendTo(other), Throws.ArgumentException);
        Assert.That(() => real.ExtendTo(real), Throws.ArgumentException);
    }

    /// <summary>A shift of the data by a whole turn changes nothing, in any ansatz that reads x itself.</summary>
    [Test]
    public void Edges_are_periodic()
    {
        (ParameterStore<T> store, QkanLayer<T> layer) = Make(new() { Repetitions = 5 }, 2, 3);
        RandomParameters.Fill(store, seed: 3);
        double[] x = Samples.Exact<T>(Samples.Uniform<T>(1, 8));

        Assert.That(Forward(layer, [.. x.Select(value => value + (2 * Math.PI))]), Is.EqualTo(Forward(layer, x)).Within(2 * tolerance));
    }

    private static double[] Run(QkanSettings settings, int inputs, int outputs, double[] x, double[] theta, double[]? w = null, double[]? b = null)
    {
        (ParameterStore<T> store, QkanLayer<T> layer) = Make(settings, inputs, outputs);
        Set("theta", theta);
        if (w is not null) Set("preacts_weight", w);
        if (b is not null) Set("preacts_bias", b);
        return Forward(layer, x);

        void Set(string name, double[] values) => Samples.As<T>(values).CopyTo(store.Parameters.Single(p => p.Name.EndsWith(name, StringComparison.Ordinal)).Values);
    }

    internal static (ParameterStore<T> Store, QkanLayer<T> Layer) Make(QkanSettings settings, int inputs, int outputs)
    {
        ParameterStore<T> store = new();
        QkanLayer<T> layer = new(store, "qkan", inputs, outputs, settings);
        store.Initialize(seed: 1);
        return (store, layer);
    }

    private static double[] Of(ParameterStore<T> store, string name) => Samples.Exact<T>(store.Parameters.Single(p => p.Name.EndsWith(name, StringComparison.Ordinal)).Values.Span);

    private static double[] Forward(QkanLayer<T> layer, double[] x)
    {
        Tape<T> tape = new(WorkerPool.Single, recording: false);
        return Samples.Exact<T>(layer.Forward(tape, new Tensor<T>(Samples.As<T>(x), new Shape(x.Length / layer.Inputs, layer.Inputs))).Span);
    }
}

/// <summary>Gradients of the layer, in double precision.</summary>
public sealed class QkanGradientTests
{
    /// <summary>The gradients through coefficients of a polynomial are those of every edge's circuit.</summary>
    [TestCase("Pz")]
    [TestCase("Real")]
    [TestCase("Mix")]
    public void Gradients_are_those_of_the_circuits(string ansatz)
    {
        QkanSettings settings = new() { Repetitions = 3, Ansatz = Enum.Parse<DaruanAnsatz>(ansatz), TrainsScale = true, HasBase = true };
        (ParameterStore<double> store, QkanLayer<double> layer) = QkanTests<double>.Make(settings, 2, 3);
        RandomParameters.Fill(store, seed: 3);
        double[] x = Samples.Uniform<double>(1, 4 * 2), upstream = Samples.Uniform<double>(2, 4 * 3);
        Tape<double> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        Tensor<double> leaf = tape.Leaf(x, new Shape(4, 2));
        double[] dx = tape.Backward(layer.Forward(tape, leaf), upstream)[leaf].ToArray(), found = [.. store.Gradients];

        Near.Gradients("x", dx, CentralDifferences.Gradient(x, at => Weighted(at)));
        Near.Gradients("parameters", found, CentralDifferences.Gradient(store.Values, _ => Weighted(x)));

        double Weighted(double[] at)
        {
            Tape<double> other = new(WorkerPool.Single, recording: false);
            return CentralDifferences.Dot(upstream, layer.Forward(other, new Tensor<double>(at, new Shape(4, 2))).Span);
        }
    }
}
