namespace QEngine.Tools.Cli;

/// <summary>A column of a result.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="IsNumber">Whether its cells stand to the right.</param>
/// <param name="MaxCells">Character cells that a terminal shows of a cell; null for all.</param>
/// <param name="TakesRest">Whether a terminal shows as much of its cells as there is room beside the others.</param>
internal sealed record ResultColumn(string Name, bool IsNumber = false, int? MaxCells = null, bool TakesRest = false);

/// <summary>What a table is about, one of several of its kind.</summary>
/// <param name="Name">What programs find it under: the name of a first column.</param>
/// <param name="Value">The cells of that column.</param>
/// <param name="Shown">What a terminal shows above the table, or null for nothing.</param>
internal sealed record ResultTitle(string Name, string Value, string? Shown);

/// <summary>
/// Rows of a result. A terminal shows them with a title and lines; a file or program gets a heading and the rows, cells by tabs, and the
/// title as first column, so that several tables of one kind are one.
/// </summary>
/// <param name="columns">The columns.</param>
internal sealed class ResultTable(params ResultColumn[] columns)
{
    private readonly List<string[]> _rows = [];

    /// <summary>What the table is about, or null where there is one table only.</summary>
    public ResultTitle? Title { get; init; }

    /// <summary>Whether a terminal shows the names of the columns.</summary>
    public bool HasHeading { get; init; } = true;

    /// <summary>The columns.</summary>
    public IReadOnlyList<ResultColumn> Columns => columns;

    /// <summary>The rows, a cell for each column.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>A table of names and values.</summary>
    public static ResultTable OfProperties() => new(new ResultColumn("property"), new ResultColumn("value")) { HasHeading = false };

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A cell for each column.</param>
    public void Add(params string[] cells) => _rows.Add(cells);
}
