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
