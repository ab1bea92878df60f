using System.Numerics;
using QEngine.Quantum;
using ComplexMatrix = MathNet.Numerics.LinearAlgebra.Complex.DenseMatrix;
using ComplexVector = MathNet.Numerics.LinearAlgebra.Complex.DenseVector;
using Operator = MathNet.Numerics.LinearAlgebra.Matrix<System.Numerics.Complex>;
using State = MathNet.Numerics.LinearAlgebra.Vector<System.Numerics.Complex>;

namespace QEngine.Tests.Oracles;

/// <summary>
/// The compression as the paper's code runs it: amplitudes, 4 x 4 complex unitaries, partial trace. Written to be obvious;
/// nothing of it is shared with the engine but the plan of the steps' parameters.
/// </summary>
internal sealed class ComplexCircuit
{
    /// <summary>The phase the paper's code and the golden files use for pi.</summary>
    public const double CodePhase = Math.PI - 5e-10;

    private static readonly Operator Identity = ComplexMatrix.CreateIdentity(2);
    private static readonly Operator PauliX = ComplexMatrix.OfArray(new Complex[,] { { 0, 1 }, { 1, 0 } });

    private readonly Operator[][] _steps;
    private readonly double _phase;

    /// <param name="inputQubits">d.</param>
    /// <param name="outputQubits">k.</param>
    /// <param name="gate">What joins a pair.</param>
    /// <param name="raw">Raw angles, step after step: control, target and, where trainable, controlled, each [4, w].</param>
    /// <param name="phase">Phase of the encoding.</param>
    public ComplexCircuit(int inputQubits, int outputQubits, CompressionGate gate, ReadOnlySpan<double> raw, double phase = Math.PI)
    {
        _phase = phase;
        int[] widths = Widths(inputQubits, outputQubits);
        _steps = new Operator[widths.Length][];
        for (int step = 0; step < widths.Length; step++)
        {
            int width = widths[step], tensor = 4 * width;
            _steps[step] = new Operator[width];
            for (int j = 0; j < width; j++)
            {
                Operator control = Unitary(raw[..tensor], width, j), target = Unitary(raw.Slice(tensor, tensor), width, j);
                Operator controlled = gate == CompressionGate.Cnot ? PauliX : Unitary(raw.Slice(2 * tensor, tensor), width, j);
                _steps[step][j] = Controlled(controlled) * control.KroneckerProduct(target);
            }
            raw = raw[((gate == CompressionGate.Cnot ? 2 : 3) * tensor)..];
        }
    }

    /// <summary>Step widths by counting down: the odd one first, then k at a time until k are left.</summary>
    public static int[] Widths(int inputQubits, int outputQubits)
    {
        List<int> widths = [];
        int current = inputQubits;
        while (current > outputQubits)
        {
            int odd = (current - outputQubits) % outputQubits;
            widths.Add(odd != 0 ? odd : outputQubits);
            current -= widths[^1];
        }
        return [.. widths];
    }

    /// <summary>Angle of a raw parameter.</summary>
    public static double Angle(double raw) => 2 * Math.PI * (1 + Math.Tanh(raw));

    /// <summary>e^(i alpha) Rz(beta) Ry(gamma) Rz(delta).</summary>
    public static Operator Unitary(double alpha, double beta, double gamma, double delta) =>
        Complex.Exp(Complex.ImaginaryOne * alpha) * (RotationZ(beta) * RotationY(gamma) * RotationZ(delta));

    /// <summary>U on the second qubit when the first one is 1.</summary>
    public static Operator Controlled(Operator unitary)
    {
        Operator whenZero = ComplexMatrix.OfArray(new Complex[,] { { 1, 0 }, { 0, 0 } });
        Operator whenOne = ComplexMatrix.OfArray(new Complex[,] { { 0, 0 }, { 0, 1 } });
        return whenZero.KroneckerProduct(Identity) + whenOne.KroneckerProduct(unitary);
    }

    /// <summary>CNOT, the first qubit in control.</summary>
    public static Operator Cnot => Controlled(PauliX);

    /// <summary>The qubit cos(theta/2)|0> + e^(i phase) sin(theta/2)|1> of a real number.</summary>
    public static State Encode(double u, double phase = Math.PI)
    {
        double theta = Math.PI / 2 * (1 + Math.Tanh(u));
        return ComplexVector.OfArray([Math.Cos(theta / 2), Complex.Exp(Complex.ImaginaryOne * phase) * Math.Sin(theta / 2)]);
    }

    /// <summary>Joint state of two qubits.</summary>
    public static State Join(State control, State target) =>
        control.ToColumnMatrix().KroneckerProduct(target.ToColumnMatrix()).Column(0);

    /// <summary>Probabilities of the second qubit's outcomes 0 and 1, the first one traced out.</summary>
    public static (double Zero, double One) MeasureTarget(State joint)
    {
        Operator density = joint.ToColumnMatrix() * joint.ToColumnMatrix().ConjugateTranspose();
        Operator reduced = density.SubMatrix(0, 2, 0, 2) + density.SubMatrix(2, 2, 2, 2);
        return (reduced[0, 0].Real, reduced[1, 1].Real);
    }

    /// <summary>The k compressed qubits of an embedding.</summary>
    /// <param name="embedding">[d].</param>
    /// <param name="outcomes">Gets the probability of the outcome 1 of every pair, where given.</param>
    public State[] Run(ReadOnlySpan<double> embedding, List<double>? outcomes = null)
    {
        List<State> qubits = [];
        foreach (double u in embedding) qubits.Add(Encode(u, _phase));
        foreach (Operator[] step in _steps)
        {
            int width = step.Length, control = qubits.Count - width, target = control - width;
            for (int j = 0; j < width; j++)
            {
                (double zero, double one) = MeasureTarget(step[j] * Join(qubits[control + j], qubits[target + j]));
                outcomes?.Add(one);
                qubits[target + j] = ComplexVector.OfArray([Math.Sqrt(zero), Math.Sqrt(one)]);
            }
            qubits.RemoveRange(control, width);
        }
        return [.. qubits];
    }

    /// <summary>Product of |&lt;u|v&gt;|^2 over the qubits.</summary>
    public static double Fidelity(State[] u, State[] v)
    {
        double fidelity = 1;
        for (int i = 0; i < u.Length; i++)
        {
            double overlap = u[i].ConjugateDotProduct(v[i]).Magnitude;
            fidelity *= overlap * overlap;
        }
        return fidelity;
    }

    /// <summary>Bloch coordinates of qubits: all x, then all z.</summary>
    public static double[] Bloch(State[] qubits) =>
    [
        .. qubits.Select(q => 2 * (Complex.Conjugate(q[0]) * q[1]).Real),
        .. qubits.Select(q => (Complex.Conjugate(q[0]) * q[0]).Real - (Complex.Conjugate(q[1]) * q[1]).Real),
    ];

    private static Operator Unitary(ReadOnlySpan<double> raw, int width, int j) =>
        Unitary(Angle(raw[j]), Angle(raw[width + j]), Angle(raw[(2 * width) + j]), Angle(raw[(3 * width) + j]));

    private static Operator RotationZ(double angle) =>
        ComplexMatrix.OfArray(new Complex[,] { { Complex.Exp(-Complex.ImaginaryOne * angle / 2), 0 }, { 0, Complex.Exp(Complex.ImaginaryOne * angle / 2) } });

    private static Operator RotationY(double angle) =>
        ComplexMatrix.OfArray(new Complex[,] { { Math.Cos(angle / 2), -Math.Sin(angle / 2) }, { Math.Sin(angle / 2), Math.Cos(angle / 2) } });
}
