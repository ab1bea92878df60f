using System.Text.Json;
using QEngine.Models;
using QEngine.Storage;

namespace QEngine.Tools.Indexing;

/// <summary><c>index.json</c>: what an index folder holds.</summary>
/// <param name="Count">Documents.</param>
/// <param name="Dimension">Numbers an embedding.</param>
/// <param name="Similarity">How embeddings are compared.</param>
/// <param name="Model">The paper's name of the model.</param>
internal sealed record IndexManifest(int Count, int Dimension, Similarity Similarity, string Model)
{
    /// <summary>The version this program reads and writes.</summary>
    private const int Format = 1;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">It is missing or malformed, or of another version.</exception>
    public static IndexManifest Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Utf8Text.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            int format = Integer(root, "format", path);
            if (format != Format) throw new QEngineException($"expected format {Format}, found {format} in {path}");
            Similarity similarity = Text(root, "similarity", path) switch
            {
                "fidelity" => Similarity.Fidelity,
                "cosine" => Similarity.Cosine,
                _ => throw Malformed("similarity", "fidelity or cosine", path),
            };
            return new IndexManifest(Integer(root, "count", path), Integer(root, "dimension", path), similarity, Text(root, "model", path));
        }
        catch (JsonException failure)
        {
            // Not its message, which quotes the file.
            throw new QEngineException($"expected JSON, found a fault at line {failure.LineNumber + 1}, byte {failure.BytePositionInLine} of {path}", failure);
        }
        catch (InvalidOperationException failure)
        {
            throw new QEngineException($"expected Unicode text in every string, found an unpaired surrogate in {path}", failure);
        }
    }

    /// <summary>Writes the file, atomically.</summary>
    /// <param name="path">The file.</param>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("format"u8, Format);
        json.WriteNumber("count"u8, Count);
        json.WriteNumber("dimension"u8, Dimension);
        json.WriteString("similarity"u8, NameOf(Similarity));
        json.WriteString("model"u8, Model);
        json.WriteEndObject();
    });

    /// <summary>A similarity's name in files and results.</summary>
    public static string NameOf(Similarity similarity) => similarity == Similarity.Fidelity ? "fidelity" : "cosine";

    private static int Integer(JsonElement root, string name, string path) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 1
            ? number
            : throw Malformed(name, "a whole number of at least 1", path);

    private static string Text(JsonElement root, string name, string path) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Malformed(name, "a string", path);

    private static QEngineException Malformed(string name, string expected, string path) => new($"expected \"{name}\" to be {expected}, found something else in {path}");
}
