using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Quantum;

/// <summary>Backward is the derivative of forward: every element, in double, for random upstream gradients.</summary>
[TestFixture(CompressionGate.ControlledU, PairAngles.All)]
[TestFixture(CompressionGate.ControlledU, PairAngles.Effective)]
[TestFixture(CompressionGate.Cnot, PairAngles.All)]
[TestFixture(CompressionGate.Cnot, PairAngles.Effective)]
public sealed class GradientTests(CompressionGate gate, PairAngles angles)
{
    private const double Tolerance = 1e-6;

    private static readonly (int Rows, int Input, int Output)[] Sizes =
    [
        (1, 1, 1), (20, 2, 1), (1, 40, 1), (2, 3, 2), (3, 7, 3), (7, 10, 6), (8, 17, 9), (9, 33, 16), (19, 40, 13), (2, 40, 40), (5, 41, 40), (20, 80, 40),
    ];

    [TestCaseSource(nameof(Sizes))]
    public void Coefficients_follow_the_raw_angles((int Rows, int Input, int Output) size)
    {
        Random random = new(size.Input + (100 * size.Output));
        Cascade cascade = new(size.Input, size.Output, gate, angles);
        double[] raw = Samples.Normal<double>(random, cascade.Parameters);
        double[] upstream = Samples.Normal<double>(random, PairCoefficients.PerPair * cascade.Pairs), coefficients = new double[upstream.Length];
        double[] gradient = new double[raw.Length];

        PairCoefficients.Backward<double>(cascade, raw, upstream, gradient);

        AssertGradient("raw angles", gradient, raw, () =>
        {
            PairCoefficients.Forward<double>(cascade, raw, coefficients);
            return CentralDifferences.Dot(upstream, coefficients);
        });
    }

    [TestCaseSource(nameof(Sizes))]
    public void States_follow_the_embeddings_and_the_coefficients((int Rows, int Input, int Output) size)
    {
        // Coefficients are inputs of their own here. Rows shorter than 1 keep the states off the poles, where x = sqrt(1 - z^2)
        // bends too sharply for differences; the physical ones are checked from the raw angles on below.
        Random random = new(1 + size.Input + (100 * size.Output));
        Cascade cascade = new(size.Input, size.Output, gate, angles);
        double[] coefficients = Samples.Uniform<double>(random, PairCoefficients.PerPair * cascade.Pairs, -0.6, 0.6);
        double[] embeddings = Samples.Normal<double>(random, size.Rows * size.Input);
        double[] upstream = Samples.Normal<double>(random, size.Rows * 2 * size.Output);
        double[] dembeddings = new double[embeddings.Length], dcoefficients = new double[coefficients.Length];

        Compression.Backward<double>(WorkerPool.Single, cascade, coefficients, embeddings, upstream, dembeddings, dcoefficients);

        double Value() => CentralDifferences.Dot(upstream, Head<double>.States(cascade, coefficients, embeddings));
        AssertGradient("embeddings", dembeddings, embeddings, Value);
        AssertGradient("coefficients", dcoefficients, coefficients, Value);
    }

    [TestCase(1, 2, 1)]
    [TestCase(2, 5, 2)]
    [TestCase(3, 10, 6)]
    [TestCase(2, 12, 4)]
    [TestCase(2, 20, 5)]
    public void States_follow_the_raw_angles_of_real_unitaries(int rows, int input, int output)
    {
        Random random = new(input);
        double[] embeddings, raw;
        Cascade cascade = new(input, output, gate, angles);
        do
        {
            embeddings = Samples.Normal<double>(random, rows * input);
            raw = Samples.Normal<double>(random, cascade.Parameters);
        }
        while (SmallestX(cascade, raw, embeddings) < 0.2);
        double[] upstream = Samples.Normal<double>(random, rows * 2 * output);

        (double[] dembeddings, double[] draw) = new Head<double>(cascade, raw).Backward(embeddings, upstream);

        double Value() => CentralDifferences.Dot(upstream, new Head<double>(cascade, raw).States(embeddings));
        AssertGradient("embeddings", dembeddings, embeddings, Value);
        AssertGradient("raw angles", draw, raw, Value);
    }

    [Test]
    public void Gradients_are_added_to_what_is_there()
    {
        Random random = new(3);
        Head<double> head = Head<double>.Random(random, 12, 4, gate, angles);
        double[] embeddings = Samples.Normal<double>(random, 5 * 12), upstream = Samples.Normal<double>(random, 5 * 8);
        (double[] dembeddings, double[] draw) = head.Backward(embeddings, upstream);
        double[] dcoefficients = new double[head.Coefficients.Length], once = new double[dcoefficients.Length];
        Compression.Backward<double>(WorkerPool.Single, head.Cascade, head.Coefficients, embeddings, upstream, [], once);
        double[] expectedEmbeddings = [.. dembeddings.Select(g => 2 * g)], expectedRaw = [.. draw.Select(g => 2 * g)];

        Compression.Backward<double>(WorkerPool.Single, head.Cascade, head.Coefficients, embeddings, upstream, dembeddings, dcoefficients);
        PairCoefficients.Backward<double>(head.Cascade, head.Raw, dcoefficients, draw);

        Assert.That(dcoefficients, Is.EqualTo(once), "coefficients, with and without the embeddings' gradient");
        Assert.That(dembeddings, Is.EqualTo(expectedEmbeddings).Within(1e-12), "embeddings");
        Assert.That(draw, Is.EqualTo(expectedRaw).Within(1e-12), "raw angles");
    }

    /// <summary>Smallest x that any step produces: how near the states come to a pole.</summary>
    private static double SmallestX(Cascade cascade, double[] raw, double[] embeddings)
    {
        double smallest = double.PositiveInfinity;
        foreach (double[] row in embeddings.Chunk(cascade.InputQubits))
        {
            foreach (double x in StepProbe.Xs(cascade, new Head<double>(cascade, raw).Coefficients, row)) smallest = Math.Min(smallest, x);
        }
        return smallest;
    }

    private static void AssertGradient(string name, double[] found, double[] point, Func<double> function)
    {
        double error = Near.RelativeError(found, CentralDifferences.Gradient(point, _ => function()));
        TestContext.Out.WriteLine($"gradient of {name}: largest error {error:e2} of its largest element");
        Assert.That(error, Is.LessThan(Tolerance), name);
    }
}
