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
    public void Require(string system)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.WritingFolder(folder, failure);
        }
        AtomicFile.Require(RecordOf(system));
        AtomicFile.Require(DrawingOf(system));
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
