namespace QEngine.Quantum;

/// <summary>A circuit that was read from an OpenQASM 2 text, and the names in it.</summary>
public sealed class QasmProgram
{
    internal QasmProgram(Circuit circuit, IReadOnlyList<string> parameters, IReadOnlyList<int> measured) =>
        (Circuit, Parameters, Measured) = (circuit, parameters, measured);

    /// <summary>The gates, without measurements; its parameters are in the order of <see cref="Parameters"/>.</summary>
    public Circuit Circuit { get; }

    /// <summary>Names in angles that the text gives no value: an extension of OpenQASM 2, which has only numbers there.</summary>
    public IReadOnlyList<string> Parameters { get; }

    /// <summary>Qubits that the text measures, in order.</summary>
    public IReadOnlyList<int> Measured { get; }

    /// <summary>
    /// Reads OpenQASM 2.0: registers, the gates of qelib1.inc, own definitions, barriers, and measurements at the end. The qubits of all
    /// registers are numbered in the order of their declarations.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What it is called in errors, such as the name of its file.</param>
    /// <exception cref="QEngineException">
    /// It is not OpenQASM 2.0, or has what cannot be run here: reset, if, opaque gates, gates after a measurement, more than
    /// <see cref="Circuit.MaxQubits"/> qubits or 100,000 gates, other files, angles of more than one parameter. The message has line and
    /// column.
    /// </exception>
    public static QasmProgram Read(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(source);
        return new QasmReader(new QasmLexer(text, source)).Program();
    }
}
