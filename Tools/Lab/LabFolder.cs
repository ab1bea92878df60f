using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Commands;

namespace QEngine.Tools.Lab;

/// <summary>The folder of --out: of every system a record and a drawing, each written whole or not at all.</summary>
/// <param name="folder">The folder.</param>
internal sealed class LabFolder(string folder)
{
    /// <summary>Requires, before long work, that a system's files can be written; makes the folder.</summary>
    /// <exception cref="QEngineException">They cannot.</exception>
    public void Require(string system) => Require(folder, RecordOf(system), DrawingOf(system));

    /// <summary>The same of any files: makes the folder, and tries whether they can be written.</summary>
    /// <exception cref="QEngineException">They cannot.</exception>
    public static void Require(string folder, params ReadOnlySpan<string> files)
    {
        OutputFolder.Make(folder);
        foreach (string file in files) AtomicFile.Require(file);
    }

    /// <summary>Writes a result.</summary>
    /// <returns>The files.</returns>
    /// <exception cref="QEngineException">They cannot be written.</exception>
    public string[] Write(LabResult result)
    {
        (string record, string drawing) = (RecordOf(result.System), DrawingOf(result.System));
        AtomicFile.WriteText(record, $"{JsonText.From(result, ResultJson.Default.LabResult, JsonText.Compact)}\n");
        AtomicFile.WriteText(drawing, LabPlot.Draw(result).ToString());
        return [record, drawing];
    }

    private string RecordOf(string system) => Path.Combine(folder, $"{system}.json");

    private string DrawingOf(string system) => Path.Combine(folder, $"{system}.svg");
}
