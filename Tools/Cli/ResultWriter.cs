using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace QEngine.Tools.Cli;

/// <summary>
/// Writes results for people on a terminal or for programs: there a table's cells are whole, with tabs between, below one heading, and
/// what is said beside the results goes to standard error.
/// </summary>
/// <param name="quiet">Whether remarks are left out.</param>
internal sealed class ResultWriter(bool quiet = false)
{
    // A border on either side and between columns, a space on either side of a cell.
    private const int CellsPerColumn = 3, MinRoom = 20;

    private string? _heading;

    /// <summary>Writes a table.</summary>
    public void Table(ResultTable table)
    {
        if (StandardStreams.OutputIsTerminal) AnsiConsole.Console.Write(Drawn(table, AnsiConsole.Console.Profile.Width));
        else WriteRows(table);
    }

    /// <summary>Writes a result that is a sentence.</summary>
    public void Line(string line) => Console.Out.WriteLine(line);

    /// <summary>Writes a remark on a table.</summary>
    public void Remark(string line)
    {
        if (quiet) return;
        if (StandardStreams.OutputIsTerminal) Console.Out.WriteLine(line);
        else StandardError.Line(line);
    }

    private void WriteRows(ResultTable table)
    {
        string[] name = table.Title is null ? [] : [table.Title.Name], value = table.Title is null ? [] : [table.Title.Value];
        string heading = Row([.. name, .. table.Columns.Select(column => column.Name)]);
        // Another kind of table begins after an empty line; one of the same kind goes on.
        if (_heading is not null && heading != _heading) Console.Out.WriteLine();
        if (heading != _heading) Console.Out.WriteLine(heading);
        _heading = heading;
        foreach (IReadOnlyList<string> row in table.Rows) Console.Out.WriteLine(Row([.. value, .. row]));
    }

    private static string Row(IEnumerable<string> cells) => string.Join('\t', cells.Select(TerminalText.Whole));

    private static Table Drawn(ResultTable table, int width)
    {
        int[] shown = [.. Enumerable.Range(0, table.Columns.Count).Select(column => Shown(table, column))];
        int room = Math.Max(MinRoom, width - 1 - shown.Sum(cells => cells + CellsPerColumn));
        Table drawn = new Table().Border(TableBorder.Simple);
        drawn.ShowHeaders = table.HasHeading;
        if (table.Title?.Shown is { } title) drawn.Title = new TableTitle(Markup.Escape(TerminalText.Cut(title, width)), Style.Plain);
        foreach (ResultColumn column in table.Columns)
        {
            TableColumn added = new(new Cell(column.Name));
            if (column.IsNumber) added.RightAligned();
            drawn.AddColumn(Array.Exists([.. table.Columns], one => one.TakesRest) ? added.NoWrap() : added);
        }
        foreach (IReadOnlyList<string> row in table.Rows)
            drawn.AddRow(row.Select((cell, column) => new Cell(TerminalText.Cut(cell, Width(table.Columns[column], room)))));
        return drawn;
    }

    private static int Width(ResultColumn column, int room) => column.TakesRest ? room : column.MaxCells ?? int.MaxValue;

    /// <summary>Cells of a column's longest text as it is shown; 0 of one that takes what is left.</summary>
    private static int Shown(ResultTable table, int column) => table.Columns[column] is { TakesRest: false } fixedColumn
        ? table.Rows.Select(row => row[column]).Append(fixedColumn.Name).Max(
            cell => Math.Min(TerminalText.Cells(cell), fixedColumn.MaxCells ?? int.MaxValue))
        : 0;
}
