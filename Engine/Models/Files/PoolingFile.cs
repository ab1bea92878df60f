using QEngine.Storage;

namespace QEngine.Models;

/// <summary>
/// sentence-transformers' <c>1_Pooling/config.json</c>, which older releases write with a flag a mode and newer ones with one name.
/// </summary>
internal static class PoolingFile
{
    public const string FileName = "config.json";

    private const string Name = "pooling_mode", Dimension = "embedding_dimension", OlderDimension = "word_embedding_dimension",
        IncludePrompt = "include_prompt",
        FlagPrefix = $"{Name}_";

    // Name of a mode, its flag, and what it is here; in the order in which the flags are written.
    private static readonly (string Name, string Flag, PoolingMode? Mode)[] Modes =
    [
        ("cls", "pooling_mode_cls_token", PoolingMode.Cls),
        ("mean", "pooling_mode_mean_tokens", PoolingMode.Mean),
        ("max", "pooling_mode_max_tokens", PoolingMode.Max),
        ("mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens", PoolingMode.MeanSqrtLen),
        ("weightedmean", "pooling_mode_weightedmean_tokens", null),
        ("lasttoken", "pooling_mode_lasttoken", null),
    ];

    /// <summary>The mode as the file calls it.</summary>
    public static string NameOf(PoolingMode mode) => Array.Find(Modes, row => row.Mode == mode).Name;

    /// <summary>Reads the mode, and whether a prompt's tokens are pooled too; requires vectors of the encoder's width.</summary>
    public static (PoolingMode Mode, bool IncludePrompt) Read(string path, int hidden) => JsonFile.Read(path, root =>
    {
        RequireKnown(root);
        string dimension = root.Optional(Dimension) is null ? OlderDimension : Dimension;
        int width = root.Required(dimension).Integer(1);
        if (width != hidden)
            throw new QEngineException($"expected {dimension} {hidden} as the encoder's hidden_size, found {width} in {root.Path}");
        (PoolingMode mode, bool includePrompt) = (ReadMode(root), root.Flag(IncludePrompt, true));
        if (mode == PoolingMode.Cls && !includePrompt)
            throw new QEngineException(
                $"expected {IncludePrompt} true with {Name} {NameOf(mode)}, "
                + $"found false, which releases of sentence-transformers read differently, in {root.Path}");
        return (mode, includePrompt);
    });

    public static void Write(string path, int hidden, PoolingMode pooling, bool includePrompt) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        json.WriteNumber(OlderDimension, hidden);
        foreach ((_, string flag, PoolingMode? mode) in Modes) json.WriteBoolean(flag, mode == pooling);
        json.WriteBoolean(IncludePrompt, includePrompt);
        json.WriteEndObject();
    });

    private static void RequireKnown(JsonCursor root)
    {
        foreach ((string name, JsonCursor member) in root.Members())
        {
            if (name is not (Name or Dimension or OlderDimension or IncludePrompt)
                && !name.StartsWith(FlagPrefix, StringComparison.Ordinal))
                throw new QEngineException(
                    $"expected the members {Dimension}, {Name} and {IncludePrompt}, "
                    + $"found {Printable.Quote(name)} of {member.Shown} in {root.Path}");
        }
    }

    private static PoolingMode ReadMode(JsonCursor root)
    {
        List<string> found = root.Optional(Name) is { } named ? ReadNames(named) : ReadFlags(root);
        if (found.Count != 1)
            throw new QEngineException(
                $"expected one {Name} of {Supported()}, "
                + $"found {(found.Count == 0 ? "none" : string.Join(" and ", found.ConvertAll(Printable.Quote)))} in {root.Path}");
        foreach ((string name, string flag, PoolingMode? mode) in Modes)
        {
            if (mode is { } supported && (found[0] == name || found[0] == flag)) return supported;
        }
        throw new QEngineException(
            $"expected {Name} {Supported()}, found {Printable.Quote(found[0])}, which is not supported, in {root.Path}");
    }

    private static List<string> ReadNames(JsonCursor named)
    {
        if (named.Element.ValueKind != System.Text.Json.JsonValueKind.Array) return [named.Text()];
        List<string> names = [];
        foreach (JsonCursor element in named.Elements()) names.Add(element.Text());
        return names;
    }

    // A mode that this list does not know is a mode all the same.
    private static List<string> ReadFlags(JsonCursor root)
    {
        List<string> set = [];
        bool any = false;
        foreach ((string name, JsonCursor _) in root.Members())
        {
            if (!name.StartsWith(FlagPrefix, StringComparison.Ordinal)) continue;
            any = true;
            if (root.Flag(name, false)) set.Add(name);
        }
        return any ? set : [Modes[1].Name];
    }

    private static string Supported()
    {
        List<string> names = [];
        foreach ((string name, _, PoolingMode? mode) in Modes)
        {
            if (mode is not null) names.Add(name);
        }
        return string.Join(", ", names);
    }
}
