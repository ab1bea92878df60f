using System.Globalization;
using System.Reflection;
using System.Text.Json;
using QEngine.Collections;
using QEngine.Simd;
using QEngine.Storage;

namespace QEngine.Tools.Sharding;

/// <summary>What a finished shard is of: written last, it says that the shard is there.</summary>
/// <param name="Shard">Which one.</param>
/// <param name="Input">What it read.</param>
/// <param name="Settings">What else its result depends on, by name; the same for all shards of a whole.</param>
/// <param name="Texts">Texts in it.</param>
/// <param name="Index">Its segments, as an index would list them; null for vectors alone.</param>
internal sealed record ShardRecord(
    Shard Shard, ShardInput Input, IReadOnlyList<(string Name, string Value)> Settings, long Texts, CollectionManifest? Index)
{
    private const int Format = 1, Digits = 5;
    private const string Prefix = "shard-", Of = "-of-";

    /// <summary>Its files, with their checksums, where they are not those of an index.</summary>
    public IReadOnlyList<(string Name, BlockChecksums Checksums)> Files { get; init; } = [];

    /// <summary>The version that made it.</summary>
    public string Engine { get; init; } = ThisEngine;

    /// <summary>Bits of the processor's lanes that it was computed with.</summary>
    public int Lanes { get; init; } = Tier.Bits;

    private static string ThisEngine =>
        typeof(ShardRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>What a shard's files are called, before their endings.</summary>
    public static string NameOf(Shard shard) => string.Create(
        CultureInfo.InvariantCulture, $"{Prefix}{shard.Index.ToString($"D{Digits}")}{Of}{shard.Count.ToString($"D{Digits}")}");

    /// <summary>The shard of such a name.</summary>
    public static Shard? ShardOf(ReadOnlySpan<char> name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && Shard.TryParse(name[Prefix.Length..].ToString().Replace(Of, "/", StringComparison.Ordinal)) is { } shard
        && name.SequenceEqual(NameOf(shard))
            ? shard
            : null;

    /// <summary>Whether this is what another run of the same shard would make.</summary>
    public bool IsOf(ShardInput input, IReadOnlyList<(string Name, string Value)> settings) =>
        Input == input && Settings.SequenceEqual(settings) && Engine == ThisEngine;

    /// <summary>What is wrong with its files, in a line, or null.</summary>
    /// <param name="folder">Where they are.</param>
    /// <exception cref="QEngineException">One cannot be read.</exception>
    public string? Damage(string folder)
    {
        foreach ((string name, BlockChecksums written) in Files)
        {
            string path = Path.Combine(folder, name);
            BlockChecksums found = BlockChecksums.Compute(path);
            if (found.Length != written.Length) return $"expected {written.Length} bytes, found {found.Length}: {FileErrors.Name(path)}";
            if (written.Damaged(found) is [int first, ..]) return BlockChecksums.Damage(first, path);
        }
        return null;
    }

    /// <summary>Requires shards to be those of one whole, in their order.</summary>
    /// <param name="shards">Those that are there.</param>
    /// <param name="where">Where, for messages.</param>
    /// <returns>A line of what may make vectors differ from those of one run, or null.</returns>
    /// <exception cref="QEngineException">One is missing, or of another input, model, option or version.</exception>
    public static string? RequireWhole(IReadOnlyList<ShardRecord> shards, string where)
    {
        if (shards.Count == 0) throw new QEngineException($"expected shards, found none: {where}");
        ShardRecord first = shards[0];
        foreach (ShardRecord other in shards) first.RequireSame(other, where);
        int[] missing = [.. Enumerable.Range(0, first.Shard.Count).Except(shards.Select(shard => shard.Shard.Index))];
        if (missing.Length > 0)
        {
            string named = string.Join(", ", missing.Take(10)), more = missing.Length > 10 ? $" and {missing.Length - 10} more" : "";
            throw new QEngineException(
                $"expected {first.Shard.Count} shards, found {shards.Count}, without {named}{more}: {where}");
        }
        for (int i = 1; i < shards.Count; i++)
        {
            if (shards[i].Input.First != shards[i - 1].Input.End)
                throw Different(
                    "input", $"bytes up to {shards[i - 1].Input.End}", shards[i - 1], $"from {shards[i].Input.First} on", shards[i], where);
        }
        if (shards.All(shard => shard.Texts == 0)) throw new QEngineException($"expected texts, found none in any shard: {where}");
        ShardRecord? odd = shards.FirstOrDefault(shard => Rounding(shard) != Rounding(first));
        return odd is null
            ? null
            : $"shard {first.Shard} was computed with lanes of {first.Lanes} bits and shard {odd.Shard} with {odd.Lanes}: vectors may "
                + "differ in their last digits from those of one run";
    }

    // Lanes of 256 and of 512 bits give the same vectors.
    private static int Rounding(ShardRecord shard) => Math.Min(shard.Lanes, 256);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shard">The shard that it is to be of.</param>
    /// <exception cref="QEngineException">It is malformed, or of another shard.</exception>
    public static ShardRecord Read(string path, Shard shard) => JsonFile.Read(path, root =>
    {
        int format = root.Required("format").Integer(1);
        if (format != Format) throw new QEngineException($"expected a shard of format {Format}, found format {format} in {root.Path}");
        if ((root.Required("shard").Integer(0), root.Required("shards").Integer(1)) != (shard.Index, shard.Count))
            throw new QEngineException($"expected shard {shard}, found another in {root.Path}");
        JsonCursor input = root.Required("input");
        return new ShardRecord(
            shard,
            new ShardInput(
                Long(input, "bytes"), input.Required("sample").Text(), Long(input, "first"), Long(input, "end"),
                input.Required("sha256").Text()),
            [.. root.Required("settings").Members().Select(setting => (setting.Name, setting.Value.Text()))],
            Long(root, "texts"),
            root.Optional("index") is { } index ? CollectionManifest.Read(index) : null)
        {
            Engine = root.Required("engine").Text(),
            Lanes = root.Required("lanes").Integer(0),
            Files = [.. root.Optional("files") is { } files
                ? files.Members().Select(file => (file.Name, SegmentFile.Checksums(file.Value)))
                : []],
        };
    });

    /// <summary>Writes a file, atomically.</summary>
    public void Write(string path) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("format"u8, Format);
        json.WriteNumber("shard"u8, Shard.Index);
        json.WriteNumber("shards"u8, Shard.Count);
        json.WriteString("engine"u8, Engine);
        json.WriteNumber("lanes"u8, Lanes);
        json.WriteStartObject("input"u8);
        json.WriteNumber("bytes"u8, Input.Bytes);
        json.WriteString("sample"u8, Input.Sample);
        json.WriteNumber("first"u8, Input.First);
        json.WriteNumber("end"u8, Input.End);
        json.WriteString("sha256"u8, Input.Hash);
        json.WriteEndObject();
        json.WriteStartObject("settings"u8);
        foreach ((string name, string value) in Settings) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteNumber("texts"u8, Texts);
        if (Index is not null)
        {
            json.WritePropertyName("index"u8);
            Index.Write(json);
        }
        if (Files.Count > 0)
        {
            json.WriteStartObject("files"u8);
            foreach ((string name, BlockChecksums checksums) in Files)
            {
                json.WriteStartObject(name);
                SegmentFile.Write(json, checksums);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
    });

    private void RequireSame(ShardRecord other, string where)
    {
        Compare("number of shards", $"{Shard.Count}", $"{other.Shard.Count}");
        Compare("version of this program", Engine, other.Engine);
        Compare("input", $"{Input.Bytes} bytes", $"{other.Input.Bytes} bytes");
        Compare("input", $"bytes that hash to {Input.Sample}", $"to {other.Input.Sample}", Input.Sample == other.Input.Sample);
        Compare("kind", $"{Settings.Count} settings", $"{other.Settings.Count}", Settings.Count == other.Settings.Count);
        for (int i = 0; i < Settings.Count; i++)
            Compare(Settings[i].Name, $"'{Settings[i].Value}'", $"'{other.Settings[i].Value}'", Settings[i] == other.Settings[i]);

        void Compare(string what, string mine, string others, bool? isSame = null)
        {
            if (!(isSame ?? mine == others)) throw Different(what, mine, this, others, other, where);
        }
    }

    private static QEngineException Different(
        string what, string mine, ShardRecord one, string others, ShardRecord other, string where) =>
        new(
            $"expected shards of one {what}, found {Printable.Short(mine)} for shard {one.Shard} "
            + $"and {Printable.Short(others)} for shard {other.Shard}: {where}");

    private static long Long(JsonCursor node, string name) =>
        node.Required(name).Element is { ValueKind: JsonValueKind.Number } element && element.TryGetInt64(out long number) && number >= 0
            ? number
            : throw new QEngineException($"expected a whole number of at least 0 for {name}, found something else in {node.Path}");
}
