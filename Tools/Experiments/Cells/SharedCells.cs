using System.Globalization;

namespace QEngine.Tools.Experiments;

/// <summary>Cells that experiments have in common, so that a study of several does each once.</summary>
internal sealed class SharedCells
{
    private readonly Dictionary<string, CellResult> _cells = new(StringComparer.Ordinal);

    /// <summary>Takes note of what an experiment has done.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="cells">Its cells.</param>
    public void Add(Experiment experiment, IEnumerable<CellResult> cells)
    {
        string tests = Tests(experiment);
        foreach (CellResult cell in cells)
            _cells.TryAdd(Identity(tests, cell.Settings, cell.Data, cell.BackboneFingerprint, cell.Size, cell.Fraction, cell.Seed), cell);
    }

    /// <summary>What a cell came to in another experiment; null where none has one of the same settings, data, encoder and tests.</summary>
    /// <param name="context">The cell's experiment.</param>
    /// <param name="cell">The cell.</param>
    public CellResult? Find(CellContext context, Cell cell)
    {
        string? encoder = context.BackboneOf(cell).Fingerprint;
        string identity = Identity(
            Tests(context.Experiment), cell.Settings, context.Data.Of(cell), encoder, cell.Size, cell.Fraction, cell.Seed);
        return !_cells.TryGetValue(identity, out CellResult? found)
            ? null
            : found with
            {
                Experiment = context.Experiment.Name,
                Key = cell.Key,
                Backbone = cell.Backbone.Name,
                Model = cell.Model.Name,
            };
    }

    private static string Tests(Experiment experiment) => string.Create(
        CultureInfo.InvariantCulture,
        $"{experiment.Development:R};{string.Join(',', experiment.Bits)};{string.Join(';', experiment.Tests.Select(Test))}");

    private static string Test(ExperimentTest test) =>
        $"{test.Name},{test.Path},{test.IsPairs},{test.JudgedOnly},{string.Join(',', test.Measures)}";

    private static string Identity(
        string tests,
        IReadOnlyDictionary<string, string> settings,
        IReadOnlyDictionary<string, string> data,
        string? encoder,
        int size,
        double fraction,
        ulong seed)
    {
        IEnumerable<string> pairs = settings.Concat(data).Select(pair => $"{pair.Key}={pair.Value}");
        return string.Create(CultureInfo.InvariantCulture, $"{tests}\n{encoder}\n{size},{fraction:R},{seed}\n{string.Join('\n', pairs)}");
    }
}
