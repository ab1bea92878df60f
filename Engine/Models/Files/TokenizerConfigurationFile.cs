using System.Globalization;
using System.Text.Json;
using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>
/// Hugging Face's <c>tokenizer_config.json</c>; what changes a text's ids in another way than its members do is refused by name.
/// </summary>
internal sealed record TokenizerConfigurationFile
{
    public const string FileName = "tokenizer_config.json";

    // What transformers calls the tokens that a tokenizer may have by name, and lists of further ones.
    private static readonly string[] TokenNames =
        ["pad_token", "unk_token", "cls_token", "sep_token", "mask_token", "bos_token", "eos_token"];
    private static readonly string[] TokenLists = ["additional_special_tokens", "extra_special_tokens"];

    /// <summary>The class of tokenizer, or null.</summary>
    public string? Class { get; init; }

    /// <summary>Whether text is lower-cased; null where the file does not say.</summary>
    public bool? Lowercase { get; init; }

    /// <summary>Whether ideographs are words of their own; null where the file does not say.</summary>
    public bool? HandleChineseCharacters { get; init; }

    /// <summary>Whether accents are removed; null where that follows the case.</summary>
    public bool? StripAccents { get; init; }

    /// <summary>Whether the file says anything of accents, also that they follow the case.</summary>
    public bool SaysAccents { get; init; }

    /// <summary>Which end is cut off; null where the file does not say.</summary>
    public TruncationSide? TruncationSide { get; init; }

    /// <summary>Whether text is cleaned, and what continues a word; null where the file does not say.</summary>
    public bool? CleanText { get; init; }

    /// <summary>What marks a piece that continues a word; null where the file does not say.</summary>
    public string? ContinuingPrefix { get; init; }

    /// <summary>The longest text in tokens; infinite where the file does not say.</summary>
    public double MaximumLength { get; init; } = double.PositiveInfinity;

    /// <summary><c>added_tokens_decoder</c> in the order of the ids; null where the file has none.</summary>
    public IReadOnlyList<AddedToken>? AddedTokens { get; init; }

    /// <summary>The tokens that have a name or stand in a list.</summary>
    public IReadOnlyList<SpecialToken> SpecialTokens { get; init; } = [];

    /// <summary>Reads the file of a folder; without one, what an empty one says.</summary>
    public static TokenizerConfigurationFile Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path) ? JsonFile.Read(path, Parse) : new TokenizerConfigurationFile();
    }

    /// <summary>The tokens that an object names; older releases have them in <c>special_tokens_map.json</c> too.</summary>
    public static List<SpecialToken> ReadSpecialTokens(JsonCursor root)
    {
        List<SpecialToken> tokens = [];
        foreach (string name in TokenNames)
        {
            if (root.Optional(name) is { } token) tokens.Add(new SpecialToken(name, ReadSpecialToken(token), root.Path));
        }
        foreach (string name in TokenLists)
        {
            if (root.Optional(name) is not { } list) continue;
            // Some releases name the further ones, which is of use to programs only.
            IEnumerable<JsonCursor> elements = list.Element.ValueKind == JsonValueKind.Object ? Values(list) : list.Elements();
            foreach (JsonCursor token in elements) tokens.Add(new SpecialToken(name, ReadSpecialToken(token), root.Path));
        }
        return tokens;
    }

    public static void Write(string path, Vocabulary vocabulary, int maximumLength, bool tokenTypes) => JsonFile.Write(path, json =>
    {
        TokenizerSettings settings = vocabulary.Settings;
        json.WriteStartObject();
        json.WriteBoolean("clean_up_tokenization_spaces"u8, false);
        json.WriteString("cls_token"u8, Vocabulary.Classification);
        json.WriteBoolean("do_lower_case"u8, settings.Lowercase);
        if (vocabulary.MaskId is not null) json.WriteString("mask_token"u8, Vocabulary.Mask);
        json.WriteNumber("model_max_length"u8, maximumLength);
        if (vocabulary.PaddingId is not null) json.WriteString("pad_token"u8, Vocabulary.Padding);
        json.WriteString("sep_token"u8, Vocabulary.Separator);
        if (settings.StripAccents is bool strips) json.WriteBoolean("strip_accents"u8, strips);
        else json.WriteNull("strip_accents"u8);
        json.WriteBoolean("tokenize_chinese_chars"u8, settings.HandleChineseCharacters);
        // The same tokenizer, but one gives token types, which DistilBertModel does not take.
        json.WriteString("tokenizer_class"u8, tokenTypes ? "BertTokenizer"u8 : "DistilBertTokenizer"u8);
        if (settings.TruncationSide == Text.TruncationSide.Left) json.WriteString("truncation_side"u8, "left"u8);
        json.WriteString("unk_token"u8, vocabulary.UnknownToken);
        json.WriteEndObject();
    });

    private static TokenizerConfigurationFile Parse(JsonCursor root)
    {
        root.RequireFlag("do_basic_tokenize", true);
        foreach (string flag in (ReadOnlySpan<string>)["split_special_tokens", "add_bos_token", "add_eos_token"])
            root.RequireFlag(flag, false);
        foreach (string name in (ReadOnlySpan<string>)["never_split", "auto_map"]) root.RequireNothing(name);
        // On the left, the positions of a text's tokens would depend on the batch.
        root.RequireText("padding_side", "right");
        return new TokenizerConfigurationFile
        {
            Class = root.Optional("tokenizer_class")?.Text(),
            Lowercase = Flag(root, "do_lower_case"),
            HandleChineseCharacters = Flag(root, "tokenize_chinese_chars"),
            StripAccents = Flag(root, "strip_accents"),
            SaysAccents = root.Element.TryGetProperty("strip_accents"u8, out _),
            TruncationSide = root.Optional("truncation_side")?.Side(),
            CleanText = Flag(root, "clean_text"),
            ContinuingPrefix = root.Optional("wordpieces_prefix")?.Text(),
            MaximumLength = ReadMaximumLength(root),
            AddedTokens = root.Optional("added_tokens_decoder") is { } decoder ? ReadAddedTokens(decoder) : null,
            SpecialTokens = ReadSpecialTokens(root),
        };
    }

    private static bool? Flag(JsonCursor root, string name) => root.Optional(name) is null ? null : root.Flag(name, false);

    // A published way to say "none" is 10^30; the first releases call it max_len.
    private static double ReadMaximumLength(JsonCursor root)
    {
        string name = root.Optional("model_max_length") is null ? "max_len" : "model_max_length";
        double length = root.Number(name, double.PositiveInfinity);
        return length >= 2 ? length : throw new QEngineException($"expected {name} of at least 2, found {length} in {root.Path}");
    }

    private static List<AddedToken> ReadAddedTokens(JsonCursor decoder)
    {
        List<AddedToken> tokens = [];
        foreach ((string key, JsonCursor token) in decoder.Members())
        {
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                throw new QEngineException($"expected ids as names in {decoder.Place}, found {Printable.Quote(key)} in {decoder.Path}");
            tokens.Add(AddedTokenJson.Read(token, id, normalized: !token.Flag("special", false)));
        }
        tokens.Sort((left, right) => left.Id.CompareTo(right.Id));
        return tokens;
    }

    private static AddedToken ReadSpecialToken(JsonCursor token) => token.Element.ValueKind == JsonValueKind.String
        ? new AddedToken(token.Text(), 0)
        : AddedTokenJson.Read(token, 0, normalized: false) with { Special = true };

    private static IEnumerable<JsonCursor> Values(JsonCursor list)
    {
        foreach ((string _, JsonCursor value) in list.Members()) yield return value;
    }
}

/// <summary>A token that a file names.</summary>
/// <param name="Name">What the file calls it, <c>mask_token</c> for instance.</param>
/// <param name="Token">Its content, and its flags where the file gives them; without an id.</param>
/// <param name="Path">The file, for errors.</param>
internal readonly record struct SpecialToken(string Name, AddedToken Token, string Path);
