using System.Text;

namespace QEngine.Quantum;

/// <summary>Draws circuits with the characters of a text: a line for each qubit, lines down between the qubits of a gate.</summary>
internal sealed class CircuitDrawing
{
    private readonly int _qubits;
    private readonly List<Column> _columns = [];

    private CircuitDrawing(Circuit circuit, IReadOnlyList<string> names)
    {
        _qubits = circuit.Qubits;
        int[] free = new int[_qubits];
        foreach (Gate gate in circuit.Gates)
        {
            (int first, int last) = (gate.Qubits[0], gate.Qubits[^1]);
            if (first > last) (first, last) = (last, first);
            // The lines in between are crossed, so they are taken too.
            int column = 0;
            for (int q = first; q <= last; q++) column = Math.Max(column, free[q]);
            free.AsSpan(first, last - first + 1).Fill(column + 1);
            if (column == _columns.Count) _columns.Add(new Column(_qubits));
            _columns[column].Add(gate, first, last, names);
        }
    }

    /// <summary>Draws a circuit.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="names">What parameters are called; p0 and so on beyond them.</param>
    /// <param name="width">Characters of a line; a longer circuit goes on below.</param>
    public static string Create(Circuit circuit, IReadOnlyList<string> names, int width = int.MaxValue)
    {
        CircuitDrawing drawing = new(circuit, names);
        StringBuilder text = new();
        int from = 0;
        do
        {
            int to = drawing.Fitting(from, width);
            if (from > 0) text.Append('\n');
            drawing.Append(text, from, to);
            from = to;
        }
        while (from < drawing._columns.Count);
        return text.ToString();
    }

    private string Name(int qubit) => $"q{qubit}".PadRight(_qubits > 10 ? 3 : 2);

    /// <summary>The column before which a line is full; one column fits in any case.</summary>
    private int Fitting(int from, int width)
    {
        long used = Name(0).Length + 2;
        int to = from;
        while (to < _columns.Count && (to == from || used + _columns[to].Width + 1 <= width)) used += _columns[to++].Width + 1;
        return to;
    }

    private void Append(StringBuilder text, int from, int to)
    {
        for (int q = 0; q < _qubits; q++)
        {
            text.Append(Name(q)).Append(" ─");
            for (int i = from; i < to; i++) text.Append(_columns[i].Wire(q)).Append('─');
            text.Append('\n');
            if (q + 1 < _qubits) AppendLinks(text, q, from, to);
        }
    }

    private void AppendLinks(StringBuilder text, int qubit, int from, int to)
    {
        StringBuilder line = new(new string(' ', Name(0).Length + 2));
        for (int i = from; i < to; i++) line.Append(_columns[i].Link(qubit)).Append(' ');
        text.Append(line.ToString().TrimEnd()).Append('\n');
    }

    private sealed class Column(int qubits)
    {
        private readonly string?[] _labels = new string?[qubits];
        private readonly bool[] _linked = new bool[qubits];

        public int Width { get; private set; } = 1;

        public void Add(Gate gate, int first, int last, IReadOnlyList<string> names)
        {
            for (int q = first; q < last; q++) _linked[q] = true;
            for (int i = 0; i < gate.Qubits.Length; i++)
            {
                string label = Label(gate, i, names);
                _labels[gate.Qubits[i]] = label;
                Width = Math.Max(Width, label.Length);
            }
        }

        public string Wire(int qubit)
        {
            bool crossed = qubit > 0 && _linked[qubit - 1] && _linked[qubit];
            string label = _labels[qubit] ?? (crossed ? "┼" : "─");
            return Around(label, '─');
        }

        public string Link(int qubit) => Around(_linked[qubit] ? "│" : " ", ' ');

        private string Around(string label, char fill)
        {
            int left = (Width - label.Length) / 2;
            return new string(fill, left) + label + new string(fill, Width - label.Length - left);
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
}
