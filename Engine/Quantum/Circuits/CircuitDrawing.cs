using System.Text;

namespace QEngine.Quantum;

/// <summary>Draws circuits with the characters of a text: a line for each qubit, lines down between the qubits of a gate.</summary>
internal sealed class CircuitDrawing
{
    private readonly int _qubits;
    private readonly IReadOnlyList<CircuitColumn> _columns;

    private CircuitDrawing(Circuit circuit, IReadOnlyList<string> names) =>
        (_qubits, _columns) = (circuit.Qubits, CircuitColumn.Of(circuit, names));

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
            for (int i = from; i < to; i++) text.Append(Wire(_columns[i], q)).Append('─');
            text.Append('\n');
            if (q + 1 < _qubits) AppendLinks(text, q, from, to);
        }
    }

    private void AppendLinks(StringBuilder text, int qubit, int from, int to)
    {
        StringBuilder line = new(new string(' ', Name(0).Length + 2));
        for (int i = from; i < to; i++) line.Append(Around(_columns[i].IsLinked(qubit) ? "│" : " ", ' ', _columns[i].Width)).Append(' ');
        text.Append(line.ToString().TrimEnd()).Append('\n');
    }

    private static string Wire(CircuitColumn column, int qubit) =>
        Around(column.Label(qubit) ?? (column.IsCrossed(qubit) ? "┼" : "─"), '─', column.Width);

    private static string Around(string label, char fill, int width)
    {
        int left = (width - label.Length) / 2;
        return new string(fill, left) + label + new string(fill, width - label.Length - left);
    }
}
