using System.Text.Json;
using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>The modules of a sentence-transformers folder, as <c>modules.json</c> lists them.</summary>
/// <param name="Transformer">Folder of the encoder and tokenizer, relative; empty for the model's own.</param>
/// <param name="Pooling">Folder of the pooling's configuration, or null: mean pooling.</param>
/// <param name="Head">Folder of the head, or null for none.</param>
/// <param name="HeadType">What kind of head <paramref name="Head"/> holds.</param>
internal sealed record ModuleList(string Transformer, string? Pooling, string? Head, HeadType HeadType)
{
    public const string FileName = "modules.json", PoolingFolder = "1_Pooling", DenseFolder = "2_Dense", QuantumFolder = "2_QuantumCompression";

    private const string TransformerType = "sentence_transformers.models.Transformer", PoolingType = "sentence_transformers.models.Pooling";
    private const string DenseType = "sentence_transformers.models.Dense", NormalizeType = "sentence_transformers.models.Normalize";
    private const string QuantumType = "qengine.QuantumCompression";

    /// <summary>A plain Hugging Face folder: encoder, mean pooling, no head.</summary>
    public static ModuleList Plain { get; } = new("", null, null, HeadType.None);

    /// <summary>Reads the list: Transformer, Pooling, then at most one head, then at most Normalize after a classical model.</summary>
    public static ModuleList Read(string path) => JsonFile.Read(path, Parse);

    /// <summary>Writes the list of a model with that head.</summary>
    public static void Write(string path, HeadType head) => JsonFile.Write(path, json =>
    {
        json.WriteStartArray();
        WriteModule(json, 0, "", TransformerType);
        WriteModule(json, 1, PoolingFolder, PoolingType);
        if (head == HeadType.Linear) WriteModule(json, 2, DenseFolder, DenseType);
        if (head == HeadType.Quantum) WriteModule(json, 2, QuantumFolder, QuantumType);
        json.WriteEndArray();
    });

    private static ModuleList Parse(JsonNode root)
    {
        List<(string Type, string Folder)> modules = [];
        foreach (JsonNode module in root.Elements()) modules.Add((module.Required("type").Text(), Folder(module)));
        Require(modules, 0, TransformerType, root.Path);
        Require(modules, 1, PoolingType, root.Path);

        int next = 2;
        HeadType head = next == modules.Count ? HeadType.None : modules[next].Type switch
        {
            DenseType => HeadType.Linear,
            QuantumType => HeadType.Quantum,
            _ => HeadType.None,
        };
        string? folder = head == HeadType.None ? null : modules[next++].Folder;
        // Cosine does not see a vector's length, so normalising changes nothing that is compared.
        if (head != HeadType.Quantum && next < modules.Count && modules[next].Type == NormalizeType) next++;
        if (next < modules.Count) throw Unsupported(modules[next].Type, next, root.Path);
        return new ModuleList(modules[0].Folder, modules[1].Folder, folder, head);
    }

    private static void Require(List<(string Type, string Folder)> modules, int index, string type, string path)
    {
        if (index >= modules.Count) throw new QEngineException($"expected {type} as module {index}, found {modules.Count} modules in {path}");
        if (modules[index].Type != type) throw Unsupported(modules[index].Type, index, path);
    }

    private static QEngineException Unsupported(string found, int index, string path) => new(
        $"expected the modules {TransformerType}, {PoolingType}, then optionally {DenseType} or {QuantumType}, then for cosine optionally {NormalizeType}, "
        + $"found {Printable.Quote(found)} as module {index} in {path}");

    private static string Folder(JsonNode module)
    {
        string folder = module.Required("path").Text();
        // A folder directly inside the model's: a path from a file must not lead elsewhere.
        if (folder is "." or ".." || folder.AsSpan().IndexOfAny(['/', '\\', ':', '\0']) >= 0)
            throw new QEngineException($"expected the name of a folder inside the model's as path, found {Printable.Quote(folder)} in {module.Path}");
        return folder;
    }

    private static void WriteModule(Utf8JsonWriter json, int index, string folder, string type)
    {
        json.WriteStartObject();
        json.WriteNumber("idx"u8, index);
        json.WriteString("name"u8, index.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("path"u8, folder);
        json.WriteString("type"u8, type);
        json.WriteEndObject();
    }
}
