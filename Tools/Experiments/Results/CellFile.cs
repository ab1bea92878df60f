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

    // Of measures, which are about 1, and of what sums of them hold.
    private const double Beyond = 1e9;

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

    // Everything that summaries and reports count on.
    private static void Require(CellResult cell, string path)
    {
        void Holds(bool what, string expected)
        {
            if (!what) throw new QEngineException($"expected {expected}, found others in {path}");
        }

        if (cell.Key != Path.GetFileNameWithoutExtension(path))
            throw new QEngineException($"expected the cell of its file's name, found {Printable.Quote(cell.Key)} in {path}");
        Holds(cell.Size >= 1 && cell.Fraction is > 0 and <= 1, "a size of at least 1 and a share up to 1");
        Holds(!cell.Settings.Values.Contains(null!) && !cell.Data.Values.Contains(null!), "texts as settings and data");
        Holds(
            Array.TrueForAll(cell.Epochs, epoch => epoch is { Epoch: >= 1 } && epoch.Angles.All(count => count >= 0)),
            "epochs from 1 and counts of angles from 0");
        Holds(Array.TrueForAll(cell.Tests, test => test is { Bits: >= 1, BytesPerVector: >= 1 }), "tests of at least 1 bit and byte");
        foreach (CellTestResult test in cell.Tests)
        {
            foreach ((string measure, double[]? values) in test.Values)
            {
                bool fits = values is not null && test.Measures.ContainsKey(measure) && test.Items?.Length is var items
                    && (items ?? values.Length) == values.Length;
                Holds(fits, $"a value of {measure} for every item of {test.Test}");
                Holds(
                    values is { Length: >= 2 } && Array.TrueForAll(values, value => Math.Abs(value) < Beyond),
                    $"at least 2 values of {measure} below {Beyond:0}");
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
