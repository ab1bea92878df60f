using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Quantum.Circuits;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Layers;

/// <summary>Attention with other operators than softmax, against plain loops, two heads of four tokens.</summary>
public sealed class OperatorAttentionTests
{
    private const int Hidden = 6, Heads = 2, Length = 4, Harmonics = 3, Rank = 5;

    private static readonly HeadMatrices Plan = new(Heads, Hidden / Heads, Length);
    private static readonly MixingCircuit Mixing = new(data: 2, auxiliary: 1, layers: 1);

    [TestCase("Sinkhorn")]
    [TestCase("Orthogonal")]
    [TestCase("Unitary")]
    [TestCase("Fourier")]
    public void The_layer_is_its_definition_and_has_its_derivative(string kind)
    {
        ParameterStore<double> store = new();
        OperatorAttention<double> layer = new(store, "a", Hidden, Heads, Length, Make(store, kind));
        store.Initialize(seed: 3);
        double[] x = Samples.Uniform<double>(1, 3 * Length * Hidden), upstream = Samples.Uniform<double>(2, x.Length);
        Tape<double> tape = new(WorkerPool.Single, recording: true, store.Gradients);
        Tensor<double> leaf = tape.Leaf(x, new Shape(3 * Length, Hidden)), y = layer.Forward(tape, leaf);
        double[] found = y.Span.ToArray(), dx = tape.Backward(y, upstream)[leaf].ToArray(), dparameters = [.. store.Gradients];

        Assert.That(found, Is.EqualTo(Naive(store, kind, x)).Within(1e-11));
        Near.Gradients("x", dx, CentralDifferences.Gradient(x, at => CentralDifferences.Dot(upstream, Naive(store, kind, at))));
        Near.Gradients("parameters", dparameters, CentralDifferences.Gradient(store.Values, _ => CentralDifferences.Dot(upstream, Naive(store, kind, x))));
    }

    /// <summary>2 N R G and N R for every head.</summary>
    [Test]
    public void Fourier_functions_have_as_many_parameters_as_published()
    {
        ParameterStore<float> store = new();
        _ = new FourierOperator<float>(store, "a", heads: 3, length: 65, harmonics: 3, rank: 12);
        Assert.That(store.Count, Is.EqualTo(3 * ((2 * 65 * 12 * 3) + (65 * 12))));
    }

    private static IScoreOperator<double> Make(ParameterStore<double> store, string kind) => kind switch
    {
        "Sinkhorn" => new SinkhornOperator<double>(3),
        "Orthogonal" => new OrthogonalOperator<double>(),
        "Unitary" => new UnitaryOperator<double>(store, "u", Mixing),
        _ => new FourierOperator<double>(store, "f", Heads, Length, Harmonics, Rank),
    };

    private static double[] Naive(ParameterStore<double> store, string kind, double[] x)
    {
        double[] qkv = LinearOracle.Rows(x, Of("a.qkv.weight"), Of("a.qkv.bias"));
        double[] weights = [.. HeadOracle.Scores(Plan, qkv).Chunk(Length * Length).SelectMany((scores, unit) => Weights(scores, unit % Heads))];
        return LinearOracle.Rows(HeadOracle.Sums(Plan, weights, qkv), Of("a.out.weight"), Of("a.out.bias"));

        double[] Weights(double[] scores, int head) => kind switch
        {
            "Sinkhorn" => StochasticOracle.Sinkhorn(scores, Length, 3),
            "Orthogonal" => StochasticOracle.OrthogonalSquares(scores, Length, out _),
            "Unitary" => MixingOracle.Matrix(Mixing, scores, Of("u.theta")),
            _ => [.. scores.Chunk(Length).SelectMany(row => Functions(row, Of($"f.{head}.fourier"), Of($"f.{head}.out")))],
        };

        double[] Of(string name) => store.Parameters.Single(p => p.Name == name).Values.ToArray();
    }

    private static double[] Functions(double[] row, double[] fourier, double[] back)
    {
        double[] z = new double[Rank];
        for (int p = 0; p < Rank; p++)
            for (int q = 0; q < Length; q++)
                for (int m = 1; m <= Harmonics; m++)
                {
                    int place = (((p * Length) + q) * 2 * Harmonics) + (2 * (m - 1));
                    z[p] += (fourier[place] * Math.Cos(m * row[q])) + (fourier[place + 1] * Math.Sin(m * row[q]));
                }
        return [.. Enumerable.Range(0, Length).Select(i => z.Select((value, p) => value * back[(i * Rank) + p]).Sum())];
    }
}
