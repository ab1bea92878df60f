using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Support;
using QEngine.Tools.Heads;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Heads;

/// <summary>Where training finds the angles of a quantum head.</summary>
public sealed class QuantumStartTests
{
    private const int Inputs = 10, Outputs = 4, Rows = 5;

    [Test]
    public void Without_deviation_the_head_cuts_to_the_first_angles_and_with_a_little_it_is_near_that()
    {
        float[] vectors = Samples.Normal<float>(new Random(3), Inputs * Rows);
        Assert.That(Farthest(vectors, 0), Is.LessThan(1e-5));
        Assert.That(Farthest(vectors, 0.01), Is.InRange(1e-5, 0.3));
        Assert.That(Farthest(vectors, 1), Is.GreaterThan(0.3));
    }

    [Test]
    public void Nothing_but_the_angles_is_touched()
    {
        Head head = Head.Create(HeadConfiguration.Quantum(Inputs, Outputs, scale: QEngine.Quantum.EncodingScale.PerInput));
        head.Parameters.Values.AsSpan().Fill(1);
        QuantumStart.Shrink(head.Parameters, 0.5);

        foreach (Parameter<float> parameter in head.Parameters.Parameters)
        {
            float expected = parameter.Name.Contains("encoding", StringComparison.Ordinal) ? 1 : 0.5f;
            Assert.That(parameter.Values.Span.ToArray(), Is.All.EqualTo(expected), parameter.Name);
        }
    }

    // From the encoding's angles of the first numbers, (pi / 2) (1 + tanh u).
    private static double Farthest(float[] vectors, double deviation)
    {
        Head head = Head.Create(HeadConfiguration.Quantum(Inputs, Outputs));
        head.Parameters.Initialize(7);
        QuantumStart.Shrink(head.Parameters, deviation);
        float[] angles = new float[Rows * Outputs];
        head.Apply(vectors, angles, WorkerPool.Single);
        return Enumerable.Range(0, angles.Length).Max(
            i => Math.Abs(angles[i] - (Math.PI / 2 * (1 + Math.Tanh(vectors[(i / Outputs * Inputs) + (i % Outputs)])))));
    }
}
