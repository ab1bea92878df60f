using System.Numerics;
using QEngine.Autodiff;
using QEngine.Ops;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Tests.Ops.Problems;

/// <summary>The oracle is the complex circuit itself, gate by gate.</summary>
internal sealed class QuantumCompressionProblem(OpSize size, RandomInputs random, CompressionGate gate, double keep) : OpProblem(
    random.Normal("x", size.Rows, size.Columns),
    random.Normal("raw", 1, (size.Columns - Kept(size.Columns, keep)) * (gate == CompressionGate.Cnot ? 8 : 12), deviation: 0.5))
{
    private readonly Cascade _cascade = new(size.Columns, Kept(size.Columns, keep), gate);
    private readonly int _k = Kept(size.Columns, keep);

    /// <summary>A nearly certain outcome: x = sqrt(1 - z^2) has no derivative at |z| = 1.</summary>
    public override bool NearKink => Outcomes([Values(0), Values(1)]).Any(p => Math.Min(p, 1 - p) < 4e-3);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => QuantumCompression.Apply(tape, _cascade, inputs[0], inputs[1]);

    public override double[] Oracle(double[][] inputs)
    {
        List<double> y = [];
        foreach (double[] row in inputs[0].Chunk(Size(0).Columns))
        {
            Qubit[] qubits = Run(row, inputs[1], []);
            y.AddRange(qubits.Select(q => 2 * (Complex.Conjugate(q.Zero) * q.One).Real));
            y.AddRange(qubits.Select(q => Square(q.Zero) - Square(q.One)));
        }
        return [.. y];
    }

    private static int Kept(int columns, double keep) => Math.Max(1, (int)(columns * keep));

    private List<double> Outcomes(double[][] inputs)
    {
        List<double> outcomes = [];
        foreach (double[] row in inputs[0].Chunk(Size(0).Columns)) Run(row, inputs[1], outcomes);
        return outcomes;
    }

    private Qubit[] Run(double[] row, double[] raw, List<double> outcomes)
    {
        Qubit[] qubits = [.. row.Select(Encode)];
        int parameters = gate == CompressionGate.Cnot ? 8 : 12, start = 0;
        for (int current = row.Length, width; current > _k; current -= width)
        {
            width = current == row.Length && (row.Length - _k) % _k > 0 ? (row.Length - _k) % _k : _k;
            for (int j = 0; j < width; j++)
            {
                Unitary control = new(raw, start + j, width), target = new(raw, start + (4 * width) + j, width);
                Unitary? controlled = gate == CompressionGate.Cnot ? null : new(raw, start + (8 * width) + j, width);
                ref Qubit written = ref qubits[current - (2 * width) + j];
                double p1 = ProbabilityOfOne(control.On(qubits[current - width + j]), target.On(written), controlled);
                outcomes.Add(p1);
                written = new Qubit(Math.Sqrt(1 - p1), Math.Sqrt(p1));
            }
            start += parameters * width;
        }
        return qubits[.._k];
    }

    private static Qubit Encode(double u)
    {
        double theta = Math.PI / 2 * (1 + Math.Tanh(u));
        return new Qubit(Math.Cos(theta / 2), Complex.Exp(Complex.ImaginaryOne * Math.PI) * Math.Sin(theta / 2));
    }

    /// <summary>That the target is measured 1, whatever the control is.</summary>
    private static double ProbabilityOfOne(Qubit control, Qubit target, Unitary? controlled)
    {
        Qubit acted = controlled is { } u ? u.On(target) : new Qubit(target.One, target.Zero);
        return Square(control.Zero * target.One) + Square(control.One * acted.One);
    }

    private static double Square(Complex amplitude) => (amplitude.Real * amplitude.Real) + (amplitude.Imaginary * amplitude.Imaginary);

    private readonly record struct Qubit(Complex Zero, Complex One);

    /// <summary>e^(i alpha) Rz(beta) Ry(gamma) Rz(delta), each angle 2 pi (1 + tanh raw).</summary>
    private readonly struct Unitary(double[] raw, int first, int width)
    {
        private readonly double _alpha = Angle(raw[first]), _beta = Angle(raw[first + width]), _gamma = Angle(raw[first + (2 * width)]), _delta = Angle(raw[first + (3 * width)]);

        public Qubit On(Qubit q)
        {
            q = Rz(q, _delta);
            q = new Qubit((Math.Cos(_gamma / 2) * q.Zero) - (Math.Sin(_gamma / 2) * q.One), (Math.Sin(_gamma / 2) * q.Zero) + (Math.Cos(_gamma / 2) * q.One));
            q = Rz(q, _beta);
            Complex phase = Complex.Exp(Complex.ImaginaryOne * _alpha);
            return new Qubit(phase * q.Zero, phase * q.One);
        }

        private static Qubit Rz(Qubit q, double angle)
        {
            Complex half = Complex.Exp(Complex.ImaginaryOne * (angle / 2));
            return new Qubit(q.Zero / half, q.One * half);
        }

        private static double Angle(double raw) => 2 * Math.PI * (1 + Math.Tanh(raw));
    }
}
