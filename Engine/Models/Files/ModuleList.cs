using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>The modules of a sentence-transformers folder, as <c>modules.json</c> lists them.</summary>
/// <param name="Transformer">Folder of the encoder and tokenizer, relative; empty for the model's own.</param>
/// <param name="Pooling">Folder of the pooling's configuration, or null: mean pooling.</param>
/// <param name="Head">The modules after it, each with its folder.</param>
internal sealed record ModuleList(string Transformer, string? Pooling, IReadOnlyList<(HeadModuleKind Kind, string Folder)> Head)
{
    public const string FileName = "modules.json", PoolingFolder = "1_Pooling";

    private const int MaxNameLength = 255;   // of any file system

    /// <summary>The most modules of a head; published models have up to four.</summary>
    public const int MaxHeadModules = 16;

    // What releases of sentence-transformers call a module; the first is written, since all of them read it.
    private static readonly string[] TransformerTypes =
    [
        "sentence_transformers.models.Transformer", "sentence_transformers.base.modules.transformer.Transformer",
        "sentence_transformers.base.modules.Transformer", "sentence_transformers.sentence_transformer.modules.Transformer",
    ];

    private static readonly string[] PoolingTypes =
    [
        "sentence_transformers.models.Pooling", "sentence_transformers.sentence_transformer.modules.pooling.Pooling",
        "sentence_transformers.sentence_transformer.modules.Pooling",
    ];

    /// <summary>A plain Hugging Face folder: encoder, mean pooling, no head.</summary>
    public static ModuleList Plain { get; } = new("", null, []);

    /// <summary>Reads the list: Transformer, Pooling, then a chain of Dense and Normalize, then at most one QuantumCompression.</summary>
    public static ModuleList Read(string path) => JsonFile.Read(path, Parse);

    /// <summary>Writes the list of a model with that head.</summary>
    public static void Write(string path, HeadConfiguration head) => JsonFile.Write(path, json =>
    {
        json.WriteStartArray();
        WriteModule(json, 0, "", TransformerTypes[0]);
        WriteModule(json, 1, PoolingFolder, PoolingTypes[0]);
        for (int i = 0; i < head.Modules.Count; i++) WriteModule(json, 2 + i, head.Folder(i), head.Modules[i].Kind.Types[0]);
        json.WriteEndArray();
    });

    private static ModuleList Parse(JsonCursor root)
    {
        List<(string Type, string Folder)> modules = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonCursor module in root.Elements())
        {
            // Of two modules of one name the reference keeps the later one.
            if (module.Optional("name")?.Text() is string name && !names.Add(name))
                throw new QEngineException($"expected every name of a module once, found {Printable.Quote(name)} twice in {root.Path}");
            modules.Add((module.Required("type").Text(), Folder(module)));
        }
        Require(modules, 0, TransformerTypes, root.Path);
        Require(modules, 1, PoolingTypes, root.Path);
        if (modules.Count - 2 > MaxHeadModules)
            throw new QEngineException(
                $"expected at most {MaxHeadModules} modules after pooling, found {modules.Count - 2} in {root.Path}");

        List<(HeadModuleKind Kind, string Folder)> head = [];
        for (int i = 2; i < modules.Count; i++)
        {
            if (head is [.., (Kind: var last, _)] && last.IsLast)
                throw new QEngineException(
                    $"expected {last.Types[0]} as the last module, found {Printable.Quote(modules[i].Type)} as module {i} in {root.Path}");
            head.Add((HeadModuleKind.Find(modules[i].Type) ?? throw Unsupported(modules[i].Type, i, root.Path), modules[i].Folder));
        }
        return new ModuleList(modules[0].Folder, modules[1].Folder, head);
    }

    private static void Require(List<(string Type, string Folder)> modules, int index, string[] types, string path)
    {
        if (index >= modules.Count)
            throw new QEngineException($"expected {types[0]} as module {index}, found {modules.Count} modules in {path}");
        if (Array.IndexOf(types, modules[index].Type) < 0) throw Unsupported(modules[index].Type, index, path);
    }

    private static QEngineException Unsupported(string found, int index, string path) => new(
        $"expected the modules {TransformerTypes[0]}, {PoolingTypes[0]}, "
        + $"then any of {string.Join(", ", Array.ConvertAll(HeadModuleKind.All, kind => kind.Types[0]))}, "
        + $"found {Printable.Quote(found)} as module {index} in {path}");

    private static string Folder(JsonCursor module)
    {
        string folder = module.Required("path").Text();
        // A folder directly inside the model's: a path from a file must not lead elsewhere.
        if (folder is "." or ".." || folder.Length > MaxNameLength || folder.AsSpan().IndexOfAny(['/', '\\', ':', '\0']) >= 0)
            throw new QEngineException(
                $"expected the name of a folder inside the model's as path, found {Printable.Quote(folder)} in {module.Path}");
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
