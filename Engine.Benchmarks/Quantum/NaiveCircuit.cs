using System.Numerics;
using QEngine.Quantum;

namespace QEngine.Benchmarks;

/// <summary>
/// A circuit of rotations and CNOTs by plain loops: one state of complex numbers, one gate after another as a matrix of 2 x 2, and for the
/// gradient two states that are taken back gate by gate.
/// </summary>
internal sealed class NaiveCircuit(Circuit circuit)
{
    private static readonly Complex[] X = [0, 1, 1, 0], Y = [0, -Complex.ImaginaryOne, Complex.ImaginaryOne, 0], Z = [1, 0, 0, -1];

    private readonly int _rows = 1 << circuit.Qubits;

    /// <summary>[2^n], the amplitudes of one row; qubit 0 is the most significant bit.</summary>
    public Complex[] State(ReadOnlySpan<double> inputs, double[] parameters)
    {
        Complex[] state = new Complex[_rows];
        state[0] = 1;
        foreach (Gate gate in circuit.Gates) Apply(gate, state, inputs, parameters);
        return state;
    }

    /// <summary>[rows, outputs].</summary>
    public double[] Forward(double[] inputs, double[] parameters)
    {
        double[] results = new double[inputs.Length / circuit.Inputs * circuit.Outputs];
        for (int row = 0; row < results.Length / circuit.Outputs; row++) Read(State(Of(inputs, row), parameters), results.AsSpan(row * circuit.Outputs));
        return results;
    }

    /// <summary>Results, and gradients, which are added.</summary>
    public void ForwardAndBackward(double[] inputs, double[] parameters, double[] dresults, double[] results, double[] dinputs, double[] dparameters)
    {
        for (int row = 0; row < inputs.Length / circuit.Inputs; row++)
        {
            Complex[] state = State(Of(inputs, row), parameters);
            Read(state, results.AsSpan(row * circuit.Outputs));
            Complex[] adjoint = Weighted(state, dresults.AsSpan(row * circuit.Outputs, circuit.Outputs));
            for (int i = circuit.Gates.Length - 1; i >= 0; i--)
            {
                Gate gate = circuit.Gates[i];
                if (gate.Angles.Length > 0) AddGradient(gate, state, adjoint, dinputs.AsSpan(row * circuit.Inputs), dparameters);
                Apply(gate.Inverse(), state, Of(inputs, row), parameters);
                Apply(gate.Inverse(), adjoint, Of(inputs, row), parameters);
            }
        }
    }

    private ReadOnlySpan<double> Of(double[] inputs, int row) => inputs.AsSpan(row * circuit.Inputs, circuit.Inputs);

    private void Apply(Gate gate, Complex[] state, ReadOnlySpan<double> inputs, double[] parameters)
    {
        if (gate.Kind == GateKind.CX)
        {
            Apply(X, state, Bit(gate.Qubits[1]), Bit(gate.Qubits[0]));
            return;
        }
        Angle angle = gate.Angles[0];
        double x = (angle.Factor * (angle.Source == AngleSource.Input ? inputs[angle.Index] : parameters[angle.Index])) + angle.Offset;
        Complex[] pauli = Pauli(gate), matrix = new Complex[4];
        for (int i = 0; i < 4; i++) matrix[i] = (i % 3 == 0 ? Math.Cos(x / 2) : 0) - (Complex.ImaginaryOne * Math.Sin(x / 2) * pauli[i]);
        Apply(matrix, state, Bit(gate.Qubits[0]), 0);
    }

    private void Apply(Complex[] matrix, Complex[] state, int bit, int control)
    {
        for (int i = 0; i < _rows; i++)
        {
            if ((i & bit) != 0 || (i & control) != control) continue;
            Complex zero = state[i], one = state[i | bit];
            state[i] = (matrix[0] * zero) + (matrix[1] * one);
            state[i | bit] = (matrix[2] * zero) + (matrix[3] * one);
        }
    }

    private void AddGradient(Gate gate, Complex[] state, Complex[] adjoint, Span<double> dinputs, double[] dparameters)
    {
        Complex[] turned = [.. state];
        Apply(Pauli(gate), turned, Bit(gate.Qubits[0]), 0);
        double sum = 0;
        for (int i = 0; i < _rows; i++) sum += (Complex.Conjugate(adjoint[i]) * turned[i]).Imaginary;
        Angle angle = gate.Angles[0];
        if (angle.Source == AngleSource.Input) dinputs[angle.Index] += angle.Factor * sum;
        else dparameters[angle.Index] += angle.Factor * sum;
    }

    private void Read(Complex[] state, Span<double> results)
    {
        for (int q = 0; q < circuit.Outputs; q++)
        {
            double sum = 0;
            for (int i = 0; i < _rows; i++)
            {
                double p = (state[i].Real * state[i].Real) + (state[i].Imaginary * state[i].Imaginary);
                sum += (i & Bit(q)) == 0 ? p : -p;
            }
            results[q] = sum;
        }
    }

    private Complex[] Weighted(Complex[] state, ReadOnlySpan<double> weights)
    {
        Complex[] adjoint = new Complex[_rows];
        for (int i = 0; i < _rows; i++)
        {
            double sum = 0;
            for (int q = 0; q < weights.Length; q++) sum += (i & Bit(q)) == 0 ? weights[q] : -weights[q];
            adjoint[i] = sum * state[i];
        }
        return adjoint;
    }

    private int Bit(int qubit) => _rows >> (qubit + 1);

    private static Complex[] Pauli(Gate gate) => gate.Kind == GateKind.RX ? X : gate.Kind == GateKind.RY ? Y : Z;
}
