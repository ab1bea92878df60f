using QEngine.Storage;

namespace QEngine.Text;

/// <summary>
/// The <c>normalizer</c> of <c>tokenizer.json</c>: none, BERT's, <c>Lowercase</c>, or a <c>Sequence</c> of these with BERT's at most once.
/// </summary>
internal static class NormalizerJson
{
    private const string Bert = "BertNormalizer";

    private static readonly TokenizerSettings None =
        new() { CleanText = false, HandleChineseCharacters = false, StripAccents = false, Lowercase = false };

    /// <summary>Reads what of the settings it says.</summary>
    public static TokenizerSettings Read(JsonCursor root)
    {
        TokenizerSettings? bert = null;
        bool lowercases = false;
        if (root.Optional("normalizer") is JsonCursor normalizer) Read(normalizer, ref bert, ref lowercases);
        TokenizerSettings settings = bert ?? None;
        // Lower-casing before or after comes to the same, and whether accents go was decided without it.
        return lowercases ? settings with { Lowercase = true, StripAccents = settings.StripsAccents } : settings;
    }

    /// <summary>Whether it is BERT's alone.</summary>
    public static bool IsBert(JsonCursor root) => root.Optional("normalizer")?.Required("type").Text() == Bert;

    private static void Read(JsonCursor node, ref TokenizerSettings? bert, ref bool lowercases)
    {
        string type = node.Required("type").Text();
        switch (type)
        {
            case Bert when bert is null:
                bert = ReadBert(node);
                return;
            case "Lowercase":
                lowercases = true;
                return;
            case "Sequence":
                foreach (JsonCursor element in node.Required("normalizers").Elements()) Read(element, ref bert, ref lowercases);
                return;
            default:
                throw new QEngineException(
                    $"expected normalizer of type {Bert}, Lowercase, or a Sequence of these with {Bert} once, "
                    + $"found {Printable.Short(type)}{(type == Bert ? " twice" : "")}, which is not supported, in {node.Path}");
        }
    }

    private static TokenizerSettings ReadBert(JsonCursor node) => new()
    {
        CleanText = node.Flag("clean_text", true),
        HandleChineseCharacters = node.Flag("handle_chinese_chars", true),
        StripAccents = node.Optional("strip_accents") is null ? null : node.Flag("strip_accents", false),
        Lowercase = node.Flag("lowercase", true),
    };
}
