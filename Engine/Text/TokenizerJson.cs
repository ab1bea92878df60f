using QEngine.Storage;

namespace QEngine.Text;

/// <summary>Reads Hugging Face's <c>tokenizer.json</c> where it describes BERT's WordPiece tokenizer; refuses any other by name.</summary>
internal static class TokenizerJson
{
    /// <summary>Makes the vocabulary a file describes.</summary>
    /// <param name="content">The file, valid UTF-8 without a byte order mark.</param>
    /// <param name="settings">Settings to use instead of the file's, or null.</param>
    /// <param name="path">The file's name for errors, fit for a line.</param>
    public static Vocabulary Parse(ReadOnlyMemory<byte> content, TokenizerSettings? settings, string path) =>
        JsonNode.Read(content, path, root => Read(root, settings, path));

    private static Vocabulary Read(JsonNode root, TokenizerSettings? settings, string path)
    {
        JsonNode model = root.Required("model");
        RequireWordPiece(model, path);
        RequireType(root, "normalizer", ["BertNormalizer"], path);
        RequireType(root, "pre_tokenizer", ["BertPreTokenizer"], path);
        RequireType(root, "post_processor", ["TemplateProcessing", "BertProcessing"], path);

        Dictionary<string, int> ids = ReadPieces(model.Required("vocab"));
        List<AddedToken> added = ReadAddedTokens(root, ids, path);
        string unknown = model.Optional("unk_token")?.Text() ?? Vocabulary.DefaultUnknown;
        return new Vocabulary(ArrangeById(ids, path), settings ?? ReadSettings(root, model), unknown, added, path);
    }

    private static void RequireWordPiece(JsonNode model, string path)
    {
        // Early files name no type; a WordPiece model is then told by its own members and by having no merges.
        string? type = model.Optional("type")?.Text();
        bool matches = type is null
            ? model.Optional("max_input_chars_per_word") is not null && model.Optional("merges") is null
            : type == "WordPiece";
        if (!matches)
            throw new QEngineException($"expected a tokenizer model of type WordPiece, found {(type is null ? "an unnamed type" : Printable.Short(type))} in {path}");
    }

    private static void RequireType(JsonNode root, string member, ReadOnlySpan<string> accepted, string path)
    {
        if (root.Optional(member) is not JsonNode node) return;
        string type = node.Required("type").Text();
        if (accepted.IndexOf(type) < 0)
            throw new QEngineException($"expected {member} of type {string.Join(" or ", accepted)}, found {Printable.Short(type)} in {path}");
    }

    private static Dictionary<string, int> ReadPieces(JsonNode vocabulary)
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        foreach ((string piece, JsonNode id) in vocabulary.Members()) ids.Add(piece, id.Integer(0));
        return ids;
    }

    private static List<AddedToken> ReadAddedTokens(JsonNode root, Dictionary<string, int> ids, string path)
    {
        List<AddedToken> tokens = [];
        if (root.Optional("added_tokens") is not JsonNode list) return tokens;
        foreach (JsonNode token in list.Elements())
        {
            string content = token.Required("content").Text();
            int id = token.Required("id").Integer(0);
            if (content.Length == 0)
                throw new QEngineException($"expected added tokens with content, found an empty one with id {id} in {path}");
            if (token.Flag("normalized", false))
                throw new QEngineException($"expected added tokens with normalized false, found {Printable.Quote(content)} with true in {path}");
            bool inModel = !ids.TryAdd(content, id);
            if (ids[content] != id)
                throw new QEngineException($"expected one id for {Printable.Quote(content)}, found {ids[content]} and {id} in {path}");
            tokens.Add(new AddedToken(content, id, token.Flag("single_word", false), inModel));
        }
        return tokens;
    }

    private static string[] ArrangeById(Dictionary<string, int> ids, string path)
    {
        string?[] pieces = new string?[ids.Count];
        foreach ((string piece, int id) in ids)
        {
            if (id >= pieces.Length)
                throw new QEngineException($"expected ids below the {pieces.Length} pieces, found {id} for {Printable.Quote(piece)} in {path}");
            if (pieces[id] is string other)
                throw new QEngineException($"expected one piece an id, found {Printable.Quote(other)} and {Printable.Quote(piece)} with id {id} in {path}");
            pieces[id] = piece;
        }

        // As many different ids in range as there are places: every place is taken.
        return pieces!;
    }

    private static TokenizerSettings ReadSettings(JsonNode root, JsonNode model)
    {
        TokenizerSettings words = new()
        {
            MaximumWordCharacters = model.Optional("max_input_chars_per_word")?.Integer(1) ?? 100,
            ContinuingPrefix = model.Optional("continuing_subword_prefix")?.Text() ?? "##",
        };
        if (root.Optional("normalizer") is not JsonNode normalizer)
            return words with { CleanText = false, HandleChineseCharacters = false, StripAccents = false, Lowercase = false };
        return words with
        {
            CleanText = normalizer.Flag("clean_text", true),
            HandleChineseCharacters = normalizer.Flag("handle_chinese_chars", true),
            StripAccents = normalizer.Optional("strip_accents") is null ? null : normalizer.Flag("strip_accents", false),
            Lowercase = normalizer.Flag("lowercase", true),
        };
    }
}
