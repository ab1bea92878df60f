namespace QEngine.Tests.Architecture;

/// <summary>The table of Engine/README.md: which layer may use which.</summary>
internal sealed class LayerTable
{
    private const string Header = "| folder | holds | may use |";

    private readonly Dictionary<string, string[]> _uses = new(StringComparer.Ordinal);

    /// <summary>The layers in the order of the table.</summary>
    public IReadOnlyCollection<string> Layers => _uses.Keys;

    /// <summary>Whether code of one layer may name another; its own always.</summary>
    public bool Allows(string layer, string used) =>
        layer == used || (_uses.TryGetValue(layer, out string[]? uses) && uses.Contains(used));

    /// <summary>Reads the table.</summary>
    /// <param name="markdown">The text of the README.</param>
    /// <exception cref="FormatException">No such table, a row of another form, a layer twice, or a use of a layer that is not above.</exception>
    public static LayerTable Parse(string markdown)
    {
        LayerTable table = new();
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        int header = Array.IndexOf(lines, Header);
        if (header < 0) throw new FormatException($"expected a table with the header {Header}");
        foreach (string line in lines.Skip(header + 2).TakeWhile(line => line.StartsWith('|')))
        {
            string[] cells = [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];
            if (cells.Length != 3) throw new FormatException($"expected three cells, found {cells.Length}: {line}");
            table.Add(cells[0], cells[2] == "-" ? [] : cells[2].Split(", "));
        }
        if (table._uses.Count == 0) throw new FormatException("expected at least one layer, found none");
        return table;
    }

    private void Add(string layer, string[] uses)
    {
        foreach (string used in uses)
        {
            if (!_uses.ContainsKey(used)) throw new FormatException($"expected {layer} to use only layers above it, found {used}");
        }
        if (!_uses.TryAdd(layer, uses)) throw new FormatException($"expected each layer once, found {layer} again");
    }
}
