using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>The settings of all models: those that all have, and what differs.</summary>
internal static class SettingsSection
{
    private const string None = "-";

    /// <summary>Makes the section.</summary>
    public static ReportSection? Create(ExperimentReport report)
    {
        CellResult[] models = [.. report.Cells.DistinctBy(cell => (cell.Backbone, cell.Model)).OrderBy(cell => report.PlaceOf(cell.Model))];
        string[] names = [.. models.SelectMany(cell => cell.Settings.Keys).Distinct().Order(StringComparer.Ordinal)];
        string[] common = [.. names.Where(name => models.Select(cell => cell.Settings.GetValueOrDefault(name)).Distinct().Count() == 1)];
        List<ReportBlock> blocks = [];
        if (common.Length > 0)
        {
            ResultTable table = new(new("setting"), new("value"));
            foreach (string name in common) table.Add(name, models[0].Settings[name]);
            blocks.Add(new ReportTable("Settings of all models", table));
        }
        string[] different = [.. names.Except(common)];
        if (different.Length > 0)
        {
            ResultTable table = new([new("encoder"), new("model"), .. different.Select(name => new ResultColumn(name))]);
            foreach (CellResult cell in models)
                table.Add([cell.Backbone, cell.Model, .. different.Select(name => cell.Settings.GetValueOrDefault(name, None))]);
            blocks.Add(new ReportTable("Settings that differ", table));
        }
        return blocks.Count > 0 ? new ReportSection("settings", "Settings", blocks) : null;
    }
}
