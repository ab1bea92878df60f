using System.Numerics;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tests.Oracles;

namespace QEngine.Benchmarks;

/// <summary>Heads of one module by their definitions, in double precision.</summary>
internal static class NaiveHead
{
    /// <summary>A vector's embedding, in the default format.</summary>
    /// <param name="head">The head.</param>
    /// <param name="vector">[d].</param>
    internal static double[] Embed(Head head, double[] vector)
    {
        double[][] parameters = [.. head.Parameters.Parameters.Select(parameter => Inputs.Wide(parameter.Values.Span))];
        return head.Configuration.Modules[0] switch
        {
            DenseModule { Activation: DenseActivation.Identity } => LinearOracle.Rows(vector, parameters[0], parameters[1]),
            DenseModule => Tanh(LinearOracle.Rows(vector, parameters[0], parameters[1])),
            GroupedModule grouped =>
                Tanh(GroupedOracle.Rows(vector, parameters[0], parameters[1], vector.Length, grouped.OutputDimension, grouped.Groups)),
            QuantumModule quantum => Angles(quantum, [.. parameters.SelectMany(raw => raw)], vector),
            EntangledModule entangled => State(entangled.Qubits, vector, parameters[0]),
            HeadModule other => throw new InvalidOperationException($"no definition of {other.Description}"),
        };
    }

    private static double[] Tanh(double[] numbers) => [.. numbers.Select(Math.Tanh)];

    private static double[] Angles(QuantumModule head, double[] raw, double[] vector)
    {
        int qubits = head.OutputDimension;
        double[] bloch = ComplexCircuit.Bloch(new ComplexCircuit(vector.Length, qubits, head.Gate, raw).Run(vector));
        return [.. bloch.Take(qubits).Zip(bloch.Skip(qubits), Math.Atan2)];
    }

    /// <summary>Layers of RY by the next inputs; between two of them RZ, RY and RZ on every qubit and a ring of CNOTs.</summary>
    private static double[] State(int qubits, double[] vector, double[] theta)
    {
        CircuitBuilder circuit = new(qubits);
        for (int input = 0, p = 0; input < vector.Length; input++)
        {
            if (input > 0 && input % qubits == 0)
            {
                for (int q = 0; q < qubits; q++, p += 3)
                    circuit.RZ(q, Angle.Parameter(p)).RY(q, Angle.Parameter(p + 1)).RZ(q, Angle.Parameter(p + 2));
                for (int q = 0; q < qubits && qubits > 1; q++) circuit.CNOT(q, (q + 1) % qubits);
            }
            circuit.RY(input % qubits, Angle.Input(input));
        }
        Complex[] state = new NaiveCircuit(circuit.Build()).State([.. vector.Select(u => Math.PI / 2 * (1 + Math.Tanh(u)))], theta);
        return [.. state.Select(amplitude => amplitude.Real), .. state.Select(amplitude => amplitude.Imaginary)];
    }
}
