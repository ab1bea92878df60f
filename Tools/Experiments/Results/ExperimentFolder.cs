using System.Security.Cryptography;
using System.Text.Json;
using QEngine.Storage;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>
/// The folder of a run: <c>experiment.json</c>, what is run; <c>cells/KEY.json</c>, what is done; <c>locks</c>, claims of running cells;
/// <c>cache</c>, vectors that cells share, which may be deleted.
/// </summary>
/// <param name="path">The folder.</param>
internal sealed class ExperimentFolder(string path)
{
    private const int CurrentFormat = 1;
    private const string Definition = "definition", Files = "data", Encoders = "backbones";

    // What a cell's result does not depend on.
    private static readonly string[] Free = ["$schema", "description", "seeds", "comparisons"];

    /// <summary>The folder.</summary>
    public string Location => path;

    /// <summary>The folder of vectors that cells share.</summary>
    public string Cache => Path.Combine(path, "cache");

    private string Cells => Path.Combine(path, "cells");

    private string Locks => Path.Combine(path, "locks");

    private string Description => Path.Combine(path, "experiment.json");

    /// <summary>Begins a run, or goes on with one.</summary>
    /// <param name="source">The experiment.</param>
    /// <param name="files">SHA-256 of the files of data.</param>
    /// <param name="encoders">Fingerprints of the encoders, by name.</param>
    /// <param name="resume">Whether the folder may hold a run.</param>
    /// <exception cref="QEngineException">It holds something else, or a run of other settings, and says which.</exception>
    public void Open(
        ExperimentSource source, IReadOnlyDictionary<string, string> files, IReadOnlyDictionary<string, string> encoders, bool resume)
    {
        foreach (string folder in (string[])[path, Cells, Locks, Cache]) OutputFolder.Make(folder);
        // Processes that begin at a time compare themselves with the first.
        using IDisposable alone = FileLock.Take(Path.Combine(Locks, "experiment.lock"), Session.Cancellation);
        if (File.Exists(Description))
        {
            if (!resume) throw new QEngineException($"expected --resume to go on with the run in {path}, or another --out, found neither");
            encoders = RequireSame(source, files, encoders);
        }
        JsonFile.Write(Description, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("format"u8, CurrentFormat);
            json.WritePropertyName(Definition);
            using (JsonDocument definition = JsonDocument.Parse(source.Text)) definition.RootElement.WriteTo(json);
            Write(json, Files, files);
            Write(json, Encoders, encoders);
            json.WriteEndObject();
        });
    }

    /// <summary>The experiment of the folder.</summary>
    /// <exception cref="QEngineException">There is none, or it is malformed.</exception>
    public Experiment Read() => JsonFile.Read(Description, root =>
    {
        RequireFormat(root);
        return ExperimentFile.Read(root.Required(Definition));
    });

    /// <summary>Whether a cell is done.</summary>
    public bool Has(string key) => File.Exists(FileOf(key));

    /// <summary>Claims a cell; null where it is done or another has it.</summary>
    public IDisposable? Claim(string key)
    {
        if (Has(key)) return null;
        IDisposable? claim = FileLock.TryTake(Path.Combine(Locks, $"{key}.lock"));
        // It may have been done between the two.
        if (claim is null || !Has(key)) return claim;
        claim.Dispose();
        return null;
    }

    /// <summary>Keeps what a cell came to.</summary>
    public void Add(CellResult cell) => CellFile.Write(FileOf(cell.Key), cell);

    /// <summary>All cells that are done, by key.</summary>
    /// <exception cref="QEngineException">A file is malformed.</exception>
    public IReadOnlyList<CellResult> Results() => Directory.Exists(Cells)
        ? [.. Directory.EnumerateFiles(Cells, $"*{CellFile.Ending}").Order(StringComparer.Ordinal).Select(CellFile.Read)]
        : throw new QEngineException($"expected the folder of a run, found no cells in {path}");

    /// <summary>SHA-256 of a file.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="QEngineException">It cannot be read.</exception>
    public static string Hash(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Reading(file, failure);
        }
    }

    private string FileOf(string key) => Path.Combine(Cells, $"{key}{CellFile.Ending}");

    /// <summary>Requires the settings, data and encoders of the folder's run; the encoders may be others of the experiment.</summary>
    /// <returns>The encoders of both.</returns>
    private Dictionary<string, string> RequireSame(
        ExperimentSource source, IReadOnlyDictionary<string, string> files, IReadOnlyDictionary<string, string> encoders)
    {
        SortedDictionary<string, string> before = new(StringComparer.Ordinal), now = new(StringComparer.Ordinal);
        Dictionary<string, string> all = new(encoders, StringComparer.Ordinal);
        JsonFile.Read(Description, root =>
        {
            RequireFormat(root);
            foreach (string part in (string[])[Definition, Files]) Flatten(root.Required(part).Element, part, before);
            foreach ((string name, JsonCursor fingerprint) in root.Required(Encoders).Members())
                if (!all.TryAdd(name, fingerprint.Text())) before.Add($"{Encoders}.{name}", fingerprint.Text());
            return true;
        });
        using (JsonDocument definition = JsonDocument.Parse(source.Text)) Flatten(definition.RootElement, Definition, now);
        foreach ((string name, string hash) in files) now.Add($"{Files}.{name}", hash);
        foreach ((string name, string fingerprint) in encoders)
            if (before.ContainsKey($"{Encoders}.{name}")) now.Add($"{Encoders}.{name}", fingerprint);
        foreach (string name in before.Keys.Union(now.Keys))
        {
            string was = before.GetValueOrDefault(name, "nothing"), found = now.GetValueOrDefault(name, "nothing");
            if (was != found)
                throw new QEngineException($"expected {name} {was} as in {path}, found {found}: other settings need another --out");
        }
        return all;
    }

    private void RequireFormat(JsonCursor root)
    {
        if (root.Required("format").Integer(0) is var format && format != CurrentFormat)
            throw new QEngineException($"expected a run of format {CurrentFormat}, found {format} in {path}");
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> values)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in values) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static bool IsFree(string place, string name) =>
        place == Definition
            ? Free.Contains(name)
            : name == "seeds" && place.StartsWith($"{Definition}.backbones", StringComparison.Ordinal);

    // Every value under its place.
    private static void Flatten(JsonElement element, string place, SortedDictionary<string, string> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                    if (!IsFree(place, member.Name)) Flatten(member.Value, $"{place}.{member.Name}", values);
                break;
            case JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement item in element.EnumerateArray()) Flatten(item, $"{place}[{index++}]", values);
                break;
            case JsonValueKind.String:
                values.Add(place, element.GetString()!);
                break;
            default:
                values.Add(place, element.GetRawText());
                break;
        }
    }
}
