using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Quantum;

/// <summary>The plan of a compression.</summary>
public sealed class CascadeTests
{
    [TestCase(768, 384, new[] { 384 })]
    [TestCase(768, 256, new[] { 256, 256 })]
    [TestCase(768, 128, new[] { 128, 128, 128, 128, 128 })]
    [TestCase(768, 64, new[] { 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64 })]
    [TestCase(10, 6, new[] { 4 })]
    [TestCase(10, 4, new[] { 2, 4 })]
    [TestCase(4, 1, new[] { 1, 1, 1 })]
    [TestCase(5, 5, new int[0])]
    [TestCase(1, 1, new int[0])]
    public void Step_widths_are_the_papers(int input, int output, int[] widths) =>
        Assert.That(new Cascade(input, output, CompressionGate.ControlledU).Widths.ToArray(), Is.EqualTo(widths));

    [Property]
    public bool Steps_lead_from_the_input_to_the_output(byte a, byte b)
    {
        (int input, int output) = Size(a, b);
        int[] widths = new Cascade(input, output, CompressionGate.ControlledU).Widths.ToArray();

        // Every step finds a target block below its control block, and only the first may be narrower than k.
        int current = input;
        foreach (int width in widths)
        {
            if (width < 1 || 2 * width > current) return false;
            current -= width;
        }
        return current == output && widths.Skip(1).All(w => w == output) && widths.SequenceEqual(ComplexCircuit.Widths(input, output));
    }

    [Property]
    public bool Parameters_are_counted_by_pair(byte a, byte b)
    {
        (int input, int output) = Size(a, b);
        Cascade controlled = new(input, output, CompressionGate.ControlledU), cnot = new(input, output, CompressionGate.Cnot);
        return controlled.Pairs == controlled.Widths.ToArray().Sum()
            && controlled.Parameters == 12 * (input - output)
            && cnot.Parameters == 8 * (input - output)
            && new Cascade(input, output, CompressionGate.ControlledU, PairAngles.Effective).Parameters == 6 * (input - output)
            && new Cascade(input, output, CompressionGate.Cnot, PairAngles.Effective).Parameters == 4 * (input - output);
    }

    [Test]
    public void The_papers_compression_has_32_times_fewer_parameters_than_a_dense_layer() =>
        Assert.That(768 * 256 / new Cascade(768, 256, CompressionGate.ControlledU).Parameters, Is.EqualTo(32));

    [TestCase(4, 0, "expected an output dimension from 1 to the input's 4, found 0")]
    [TestCase(4, -1, "expected an output dimension from 1 to the input's 4, found -1")]
    [TestCase(4, 5, "expected an output dimension from 1 to the input's 4, found 5")]
    [TestCase(0, 0, "expected an output dimension from 1 to the input's 0, found 0")]
    public void A_wrong_size_is_named(int input, int output, string message) =>
        Assert.That(() => new Cascade(input, output, CompressionGate.Cnot), Throws.TypeOf<QEngineException>().With.Message.EqualTo(message));

    private static (int Input, int Output) Size(byte a, byte b) => (1 + Math.Max(a, b), 1 + Math.Min(a, b));
}
