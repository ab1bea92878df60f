namespace QEngine.Quantum;

/// <summary>A column of a drawing: gates that stand above each other.</summary>
/// <param name="qubits">How many lines there are.</param>
internal sealed class CircuitColumn(int qubits)
{
    private readonly string?[] _labels = new string?[qubits];
    private readonly bool[] _linked = new bool[qubits];

    /// <summary>Characters of the longest label, at least 1.</summary>
    public int Width { get; private set; } = 1;

    /// <summary>What stands on a qubit's line, or null.</summary>
    public string? Label(int qubit) => _labels[qubit];

    /// <summary>Whether a gate joins a qubit and the next.</summary>
    public bool IsLinked(int qubit) => _linked[qubit];

    /// <summary>Whether a gate of others crosses the qubit's line.</summary>
    public bool IsCrossed(int qubit) => qubit > 0 && _linked[qubit - 1] && _linked[qubit];

    /// <summary>Deals gates out to columns, each as far left as it goes.</summary>
    /// <param name="circuit">The gates.</param>
    /// <param name="names">What parameters are called; p0 and so on beyond them.</param>
    public static IReadOnlyList<CircuitColumn> Of(Circuit circuit, IReadOnlyList<string> names)
    {
        List<CircuitColumn> columns = [];
        int[] free = new int[circuit.Qubits];
        foreach (Gate gate in circuit.Gates)
        {
            (int first, int last) = (gate.Qubits[0], gate.Qubits[^1]);
            if (first > last) (first, last) = (last, first);
            // The lines in between are crossed, so they are taken too.
            int column = 0;
            for (int q = first; q <= last; q++) column = Math.Max(column, free[q]);
            free.AsSpan(first, last - first + 1).Fill(column + 1);
            if (column == columns.Count) columns.Add(new CircuitColumn(circuit.Qubits));
            columns[column].Add(gate, first, last, names);
        }
        return columns;
    }

    private void Add(Gate gate, int first, int last, IReadOnlyList<string> names)
    {
        for (int q = first; q < last; q++) _linked[q] = true;
        for (int i = 0; i < gate.Qubits.Length; i++)
        {
            string label = Label(gate, i, names);
            _labels[gate.Qubits[i]] = label;
            Width = Math.Max(Width, label.Length);
        }
    }

    private static string Label(Gate gate, int place, IReadOnlyList<string> names)
    {
        string symbol = gate.Kind.Symbols[Math.Min(place, gate.Kind.Symbols.Length - 1)];
        if (gate.Angles.Length == 0 || symbol == GateKind.Control) return symbol;
        string[] angles = new string[gate.Angles.Length];
        for (int i = 0; i < angles.Length; i++) angles[i] = gate.Angles[i].ToString(names);
        return $"{symbol}({string.Join(",", angles)})";
    }
}
