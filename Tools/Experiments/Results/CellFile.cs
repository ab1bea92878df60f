using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using QEngine.Storage;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>Files of cells: written whole or not at all.</summary>
internal static class CellFile
{
    // Sixty thousand pairs with five formats are some megabytes.
    private const int MaximumBytes = 1 << 28;

    /// <summary>Ending of the files.</summary>
    public const string Ending = ".json";

    /// <summary>Writes a cell.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="cell">The cell.</param>
    /// <exception cref="QEngineException">The file cannot be written.</exception>
    public static void Write(string path, CellResult cell) =>
        AtomicFile.WriteText(path, writer => writer.WriteLine(JsonText.From(cell, CellJson.Default.CellResult, JsonText.Compact)));

    /// <summary>Reads a cell.</summary>
    /// <param name="path">Its file.</param>
    /// <exception cref="QEngineException">It cannot be read, or is no cell of this version.</exception>
    public static CellResult Read(string path)
    {
        ReadOnlyMemory<byte> bytes = Utf8Text.ReadAllBytes(path, MaximumBytes);
        CellResult? cell;
        try
        {
            cell = JsonSerializer.Deserialize(bytes.Span, CellJson.Default.CellResult);
        }
        catch (JsonException malformed)
        {
            throw new QEngineException(
                $"expected a cell of an experiment, found a fault at line {malformed.LineNumber + 1} of {path}", malformed);
        }
        if (cell?.Format != CellResult.CurrentFormat)
            throw new QEngineException($"expected a cell of format {CellResult.CurrentFormat}, found {cell?.Format ?? 0} in {path}");
        Require(cell, path);
        return cell;
    }

    // Everything that a summary counts on.
    private static void Require(CellResult cell, string path)
    {
        if (cell.Key != Path.GetFileNameWithoutExtension(path))
            throw new QEngineException($"expected the cell of its file's name, found {Printable.Quote(cell.Key)} in {path}");
        foreach (CellTestResult test in cell.Tests)
        {
            foreach ((string measure, double[] values) in test.Values)
            {
                if (!test.Measures.ContainsKey(measure) || (test.Items is not null && test.Items.Length != values.Length))
                    throw new QEngineException($"expected a value of {measure} for every item of {test.Test}, found others in {path}");
            }
        }
    }
}

/// <summary>Cells as JSON: names in snake case, in the order of their definition.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CellResult))]
internal sealed partial class CellJson : JsonSerializerContext;
