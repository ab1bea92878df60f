using System.Numerics;
using NUnit.Framework;
using QEngine;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Workers;

namespace Examples;

/// <summary>docs/library.md: a gate that the engine does not know, on states in Bloch form.</summary>
public sealed class OwnGateTests
{
    private const int Rows = 3, Qubits = 4;

    [Test]
    public void Its_gradient_is_that_of_central_differences()
    {
        GradCheck.Input states = new(RandomStates(seed: 1), new Shape(Rows, 2 * Qubits));
        GradCheck.Input angles = new([0.3, -1.2, 2.9, 0], Shape.Vector(Qubits));

        Assert.That(Check(states, angles).Error, Is.LessThan(1e-6));
        Assert.That(
            GradCheck.Run((tape, inputs) => Activations.Tanh(tape, RotateY<double>.Apply(tape, inputs[0], inputs[1])), [states, angles], seed: 2).Error,
            Is.LessThan(1e-6));
        Assert.That(
            GradCheck.Run((tape, inputs) => RotateY<double>.Apply(tape, RotateY<double>.Apply(tape, inputs[0], inputs[1]), inputs[1]), [states, angles], seed: 3).Error,
            Is.LessThan(1e-6));
    }

    [Test]
    public void It_turns_amplitudes_as_its_unitary_matrix_does()
    {
        double[] angles = [0.3, -1.2, 2.9, 0], states = RandomStates(seed: 4), turned = Turn(states, angles);
        for (int i = 0; i < states.Length; i += 2 * Qubits)
        {
            for (int qubit = 0; qubit < Qubits; qubit++)
            {
                double half = Math.Atan2(states[i + qubit], states[i + Qubits + qubit]) / 2, turn = angles[qubit] / 2;
                Complex a = Math.Cos(half), b = Math.Sin(half);
                (Complex c, Complex d) = ((Math.Cos(turn) * a) - (Math.Sin(turn) * b), (Math.Sin(turn) * a) + (Math.Cos(turn) * b));
                Assert.That(turned[i + qubit], Is.EqualTo((2 * (Complex.Conjugate(c) * d)).Real).Within(1e-12));
                Assert.That(turned[i + Qubits + qubit], Is.EqualTo(Math.Pow(c.Magnitude, 2) - Math.Pow(d.Magnitude, 2)).Within(1e-12));
            }
        }
    }

    [Test]
    public void States_that_are_turned_alike_keep_their_fidelity([Range(1, 20)] int seed)
    {
        Random random = new(seed);
        double[] angles = [.. Enumerable.Range(0, Qubits).Select(_ => (random.NextDouble() - 0.5) * 10)];
        double[] states = RandomStates(seed), turned = Turn(states, angles);

        Assert.That(LogFidelity(turned), Is.EqualTo(LogFidelity(states)).Within(1e-9 * Math.Abs(LogFidelity(states))));

        static double LogFidelity(double[] rows) => Fidelity.Log<double>(rows.AsSpan(0, 2 * Qubits), rows.AsSpan(2 * Qubits, 2 * Qubits));
    }

    [Test]
    public void Shapes_that_do_not_fit_are_refused() =>
        Assert.That(
            () => RotateY<double>.Apply(new Tape<double>(WorkerPool.Single, recording: false), new Tensor<double>(new double[6], new Shape(1, 6)), new Tensor<double>(new double[4], new Shape(1, 4))),
            Throws.TypeOf<QEngineException>().With.Message.Contains("rotate_y").And.Message.Contains("8"));

    private static GradCheck.Result Check(GradCheck.Input states, GradCheck.Input angles)
    {
        GradCheck.Result worst = GradCheck.Run(
            (tape, inputs) => RotateY<double>.Apply(tape, inputs[0], inputs[1]), [states, angles], seed: 1);
        Console.WriteLine(worst);   // input, element, both derivatives, and the error, which is to be below 1e-6
        return worst;
    }

    private static double[] Turn(double[] states, double[] angles)
    {
        Tape<double> tape = new(WorkerPool.Single, recording: false);
        return RotateY<double>.Apply(tape, new Tensor<double>(states, new Shape(Rows, 2 * Qubits)), new Tensor<double>(angles, Shape.Vector(Qubits))).Span.ToArray();
    }

    private static double[] RandomStates(int seed)
    {
        Random random = new(seed);
        double[] states = new double[Rows * 2 * Qubits], angles = new double[Qubits];
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < Qubits; i++) angles[i] = ((2 * random.NextDouble()) - 1) * 3;
            Readout.FromAngles<double>(angles, states.AsSpan(row * 2 * Qubits, 2 * Qubits));
        }
        return states;
    }
}

/// <summary>Turns qubit i of every row by an angle of its own: x' = x cos a + z sin a, z' = z cos a - x sin a.</summary>
internal readonly struct RotateY<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _states, _angles, _result;

    private RotateY(Tensor<T> states, Tensor<T> angles, Tensor<T> result) => (_states, _angles, _result) = (states, angles, result);

    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> states, Tensor<T> angles)
    {
        int k = angles.Columns;
        Guard.Columns("rotate_y", states.Shape, 2 * k);
        Tensor<T> result = tape.Output(states.Shape, states, angles);
        for (int i = 0; i < states.Shape.Length; i++)
        {
            if (i % (2 * k) >= k) continue;   // a row has k x, then k z
            (T sin, T cos) = T.SinCos(angles.Span[i % k]);
            (T x, T z) = (states.Span[i], states.Span[i + k]);
            (result.Span[i], result.Span[i + k]) = ((x * cos) + (z * sin), (z * cos) - (x * sin));
        }
        if (result.NeedsGradient) tape.Record(new RotateY<T>(states, angles, result));
        return result;
    }

    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_result, out ReadOnlySpan<T> upstream)) return;
        int k = _angles.Columns;
        Span<T> dstates = gradients.Wants(_states) ? gradients[_states] : [];
        Span<T> dangles = gradients.Wants(_angles) ? gradients[_angles] : [];
        for (int i = 0; i < upstream.Length; i++)
        {
            if (i % (2 * k) >= k) continue;
            (T sin, T cos) = T.SinCos(_angles.Span[i % k]);
            (T dx, T dz) = (upstream[i], upstream[i + k]);
            if (!dstates.IsEmpty)
            {
                dstates[i] += (dx * cos) - (dz * sin);
                dstates[i + k] += (dx * sin) + (dz * cos);
            }
            if (!dangles.IsEmpty) dangles[i % k] += (dx * _result.Span[i + k]) - (dz * _result.Span[i]);
        }
    }
}
