using System.Globalization;
using System.Text;

namespace QEngine.Quantum;

/// <summary>
/// Writes circuits as OpenQASM 2.0: names of qelib1.inc as Qiskit has it, numbers for angles. What is measured is told in a comment, as a
/// Pauli string has no statement of its own.
/// </summary>
internal static class QasmWriter
{
    // Not in qelib1.inc.
    private const string Ryy = "gate ryy(theta) a,b { rx(pi/2) a; rx(pi/2) b; cx a,b; rz(theta) b; cx a,b; rx(-pi/2) a; rx(-pi/2) b; }\n";

    /// <summary>Writes the gates.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="inputs">The inputs of one row.</param>
    /// <param name="parameters">The parameters.</param>
    /// <exception cref="QEngineException">An angle is not finite.</exception>
    public static string Write(Circuit circuit, ReadOnlySpan<double> inputs, ReadOnlySpan<double> parameters)
    {
        StringBuilder text = new("OPENQASM 2.0;\ninclude \"qelib1.inc\";\n");
        foreach (Gate gate in circuit.Gates)
        {
            if (gate.Kind != GateKind.RYY) continue;
            text.Append(Ryy);
            break;
        }
        text.Append(CultureInfo.InvariantCulture, $"qreg q[{circuit.Qubits}];\n");
        foreach (Gate gate in circuit.Gates)
        {
            if (gate.Kind.Matrix.IsEmpty) Write(text, gate, inputs, parameters);
            else foreach (Gate one in UnitaryGates.Of(gate.Kind.Matrix, gate.Qubits[0], gate.Qubits[1])) Write(text, one, [], []);
        }
        foreach (Measurement measurement in circuit.Measurements) Write(text, measurement);
        return text.ToString();
    }

    private static void Write(StringBuilder text, in Measurement measurement)
    {
        if (measurement.Qubits is not { } qubits) text.Append(CultureInfo.InvariantCulture, $"// measured: <{measurement.Observable}>\n");
        else text.Append(CultureInfo.InvariantCulture, $"// measured: probabilities of q[{string.Join("],q[", qubits)}]\n");
    }

    private static void Write(StringBuilder text, Gate gate, ReadOnlySpan<double> inputs, ReadOnlySpan<double> parameters)
    {
        string[] angles = new string[gate.Angles.Length];
        for (int i = 0; i < angles.Length; i++) angles[i] = Number(gate.Angles[i].Value(inputs, parameters));
        text.Append(Name(gate.Kind));
        // RZ(a), RY(b), RZ(c) is u3(b, c, a).
        if (angles.Length == 3) text.Append(CultureInfo.InvariantCulture, $"({angles[1]},{angles[2]},{angles[0]})");
        else if (angles.Length == 1) text.Append(CultureInfo.InvariantCulture, $"({angles[0]})");
        for (int i = 0; i < gate.Qubits.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? ' ' : ',')}q[{gate.Qubits[i]}]");
        text.Append(";\n");
    }

    private static string Name(GateKind kind) => kind == GateKind.P ? "u1" : kind == GateKind.Rot ? "u3" : kind.Name;

    /// <summary>A number that is read back as it is; one with an exponent has a point, as the language asks.</summary>
    private static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        if (!double.IsFinite(value)) throw new QEngineException($"expected finite angles, found {text}");
        return text.Contains('E', StringComparison.Ordinal) && !text.Contains('.', StringComparison.Ordinal)
            ? text.Replace("E", ".0E", StringComparison.Ordinal)
            : text;
    }
}
