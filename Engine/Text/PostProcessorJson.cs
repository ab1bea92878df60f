using QEngine.Storage;

namespace QEngine.Text;

/// <summary>
/// The <c>post_processor</c> of <c>tokenizer.json</c>, which must put [CLS] before a text and [SEP] after it, nothing else.
/// </summary>
internal static class PostProcessorJson
{
    /// <summary>The member's name.</summary>
    public const string Name = "post_processor";

    private const string Template = "TemplateProcessing";

    /// <summary>The types that can do it.</summary>
    public static readonly string[] Types = [Template, "BertProcessing"];

    /// <summary>Requires a post-processor of one of these types to do what the tokenizer does.</summary>
    /// <exception cref="QEngineException">It does something else.</exception>
    public static void Require(JsonCursor node, Vocabulary vocabulary)
    {
        if (node.Required("type").Text() == Template)
        {
            RequireTemplate(node, vocabulary);
            return;
        }
        RequirePair(node.Required("cls"), Vocabulary.Classification, vocabulary.ClassificationId);
        RequirePair(node.Required("sep"), Vocabulary.Separator, vocabulary.SeparatorId);
    }

    // "cls": ["[CLS]", 101]
    private static void RequirePair(JsonCursor pair, string token, int id)
    {
        List<JsonCursor> parts = [.. pair.Elements()];
        if (parts.Count != 2 || parts[0].Text() != token || parts[1].Integer(0) != id)
            throw Other($"{pair.Place} [\"{token}\",{id}] in {Name}", pair);
    }

    // What the template puts around a single text, each with the ids that its table of special tokens gives.
    private static void RequireTemplate(JsonCursor node, Vocabulary vocabulary)
    {
        JsonCursor single = node.Required("single");
        List<JsonCursor> parts = [.. single.Elements()];
        bool matches = parts.Count == 3 && IsToken(parts[0], Vocabulary.Classification) && IsText(parts[1])
            && IsToken(parts[2], Vocabulary.Separator);
        if (!matches) throw Other($"single [CLS] $A [SEP] of type_id 0 in {Name}", single);
        RequireId(node, Vocabulary.Classification, vocabulary.ClassificationId);
        RequireId(node, Vocabulary.Separator, vocabulary.SeparatorId);
    }

    private static bool IsToken(JsonCursor part, string token) => IsPart(part.Optional("SpecialToken"), token);

    private static bool IsText(JsonCursor part) => IsPart(part.Optional("Sequence"), "A");

    private static bool IsPart(JsonCursor? part, string id) =>
        part is { } found && found.Required("id").Text() == id && found.Required("type_id").Integer(0) == 0;

    private static void RequireId(JsonCursor node, string token, int id)
    {
        JsonCursor ids = node.Required("special_tokens").Required(token).Required("ids");
        List<JsonCursor> found = [.. ids.Elements()];
        if (found.Count != 1 || found[0].Integer(0) != id) throw Other($"ids [{id}] of {token} in {Name}", ids);
    }

    private static QEngineException Other(string expected, JsonCursor found) =>
        new($"expected {expected}, found {found.Shown} in {found.Path}");
}
