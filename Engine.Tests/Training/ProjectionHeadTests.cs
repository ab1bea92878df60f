using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

public sealed class ProjectionHeadTests
{
    private const int Rows = 40, Columns = 9;

    private static readonly float[] Data = Samples.Uniform<float>(2, Rows * Columns, 3, 7);

    [Test]
    public void Components_are_coordinates_of_the_centred_vector()
    {
        PrincipalComponents components = PrincipalComponents.Compute(Data, Columns, [.. Enumerable.Range(0, Rows)], 4, WorkerPool.Single);

        float[] found = Apply(ProjectionHead.From(components));

        double[] expected = new double[Rows * 4];
        for (int row = 0; row < Rows; row++)
            for (int k = 0; k < 4; k++)
                for (int i = 0; i < Columns; i++)
                    expected[(row * 4) + k] += components.Directions[(k * Columns) + i] * (Data[(row * Columns) + i] - components.Mean[i]);
        Near.Values<float>("components", found, expected, Columns, 7 * Columns);
    }

    [Test]
    public void Tempering_scales_components_until_all_have_the_same_variance([Values(0, 0.3, 1)] double exponent)
    {
        PrincipalComponents components = PrincipalComponents.Compute(Data, Columns, [.. Enumerable.Range(0, Rows)], 4, WorkerPool.Single);
        float[] plain = Apply(ProjectionHead.From(components)), found = Apply(ProjectionHead.Tempered(components, exponent));
        double[] variances = Variances(plain), tempered = Variances(found);

        for (int i = 0; i < 4; i++)
        {
            Assert.That(tempered[i], Is.EqualTo(variances[0] * Math.Pow(variances[i] / variances[0], 1 - exponent)).Within(0.01).Percent, $"component {i}");
            double factor = Math.Pow(components.Variances[i] / components.Variances[0], -exponent / 2);
            for (int row = 0; row < Rows; row++) Assert.That(found[(row * 4) + i], Is.EqualTo(factor * plain[(row * 4) + i]).Within(1e-4));
        }
        if (exponent == 0) Bits.AreEqual<float>("exponent 0", found, plain);

        static double[] Variances(float[] rows) =>
            [.. Enumerable.Range(0, 4).Select(column => MathNet.Numerics.Statistics.Statistics.PopulationVariance(Enumerable.Range(0, Rows).Select(row => (double)rows[(row * 4) + column])))];
    }

    [Test]
    public void Directions_without_variance_are_not_blown_up()
    {
        float[] plane = [.. Enumerable.Range(0, 30).SelectMany(i => new[] { MathF.Sin(i), MathF.Cos(5 * i), 1 })];
        PrincipalComponents components = PrincipalComponents.Compute(plane, 3, [.. Enumerable.Range(0, 30)], 3, WorkerPool.Single);

        Assert.That(ProjectionHead.Tempered(components, 1).Parameters.Values, Is.All.InRange(-2e6, 2e6));
    }

    [TestCase(-0.1)]
    [TestCase(1.1)]
    [TestCase(double.NaN)]
    public void An_exponent_out_of_its_range_is_refused(double exponent)
    {
        PrincipalComponents components = PrincipalComponents.Compute(Data, Columns, [0, 1, 2], 2, WorkerPool.Single);

        Assert.That(() => ProjectionHead.Tempered(components, exponent), BadArgument.Named("exponent", "from 0 to 1"));
    }

    [Test]
    public void Truncation_keeps_the_bits_of_the_first_numbers() =>
        Bits.AreEqual<float>("truncation", Apply(ProjectionHead.Truncation(Columns, 3)), [.. Enumerable.Range(0, Rows * 3).Select(i => Data[(i / 3 * Columns) + (i % 3)])]);

    [TestCase(0)]
    [TestCase(10)]
    public void A_truncation_beyond_the_vector_is_refused(int outputs) =>
        Assert.That(() => ProjectionHead.Truncation(Columns, outputs), Throws.TypeOf<QEngineException>().With.Message.EqualTo($"expected from 1 to 9 leading numbers, the width of the vectors, found {outputs}"));

    [Test]
    public void Saved_heads_are_modules_of_sentence_transformers_and_compute_the_same()
    {
        PrincipalComponents components = PrincipalComponents.Compute(Data, Columns, [.. Enumerable.Range(0, Rows)], 4, WorkerPool.Single);
        foreach (Head head in new[] { ProjectionHead.From(components), ProjectionHead.Truncation(Columns, 3) })
        {
            using TemporaryFolder folder = new();
            HeadFolder.Save(head, folder.Path("head"));

            Head loaded = HeadFolder.Load(folder.Path("head"));

            Assert.That(loaded.Configuration, Is.EqualTo(head.Configuration));
            Bits.AreEqual<float>("reloaded", Apply(loaded), Apply(head));
            string config = File.ReadAllText(Path.Combine(folder.Path("head"), "config.json"));
            Assert.That(config, Does.Contain("torch.nn.modules.linear.Identity").And.Contain("\"in_features\": 9").And.Contain($"\"bias\": {(head.Configuration.OutputDimension == 4 ? "true" : "false")}"));
        }
    }

    private static float[] Apply(Head head)
    {
        float[] result = new float[Rows * head.Configuration.OutputDimension];
        head.Apply(Data, result, WorkerPool.Single);
        return result;
    }
}
