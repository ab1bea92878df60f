using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Workers;

namespace Examples;

/// <summary>docs/circuits.md: a circuit as a layer.</summary>
[NonParallelizable]
public sealed class CircuitExampleTests
{
    [Test]
    public void A_circuit_has_results_and_gradients()
    {
        using ExampleFolder folder = new("models/none", RandomModel.Create(quantum: false));

        Run();

        // <Z0> is cos x0, turned by RY to cos p0 cos x0; the rotation about z leaves it alone.
        double[] x = [0.1, 0.3, 0.5];
        double result = Math.Cos(0.7) * Math.Cos(x[0]), byP = -Math.Sin(0.7) * x.Sum(Math.Cos), byX = -Math.Cos(0.7) * Math.Sin(x[0]);
        Assert.That(folder.Printed, Is.EqualTo(new[] { $"[3, 2]: {result:F4}, d/dp0 {byP:F4}, d/dx0 {byX:F4}" }));
    }

    private static void Run()
    {
        Circuit circuit = new CircuitBuilder(2)
            .RX(0, Angle.Input(0)).RX(1, Angle.Input(1))
            .CNOT(0, 1)
            .RY(0, Angle.Parameter(0)).CRZ(1, 0, 2 * Angle.Parameter(1))
            .Expect(PauliString.Z(0), PauliString.Parse("X0Y1"))
            .Build();

        Tape<float> tape = new(WorkerPool.Shared, recording: true);
        Tensor<float> inputs = tape.Leaf([0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f], new Shape(3, circuit.Inputs));
        Tensor<float> parameters = tape.Leaf([0.7f, -0.3f], Shape.Vector(circuit.Parameters));
        Tensor<float> results = CircuitExpectation.Apply(tape, circuit, inputs, parameters);
        Gradients<float> gradients = tape.Backward(results, [1, 0, 1, 0, 1, 0]);
        Console.WriteLine($"{results.Shape}: {results.Span[0]:F4}, d/dp0 {gradients[parameters][0]:F4}, d/dx0 {gradients[inputs][0]:F4}");
    }
}
