using QEngine.Storage;

namespace QEngine.Text;

/// <summary>Reads Hugging Face's <c>tokenizer.json</c> where it describes BERT's WordPiece tokenizer; refuses any other by name.</summary>
internal static class TokenizerJson
{
    private const string Version = "1.0", PreTokenizer = "BertPreTokenizer";

    // The reference knows no other; what only decoding needs or a caller decides is not looked at.
    private static readonly string[] Known =
        ["version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"];

    /// <summary>Makes the vocabulary a file describes.</summary>
    /// <param name="content">The file, valid UTF-8 without a byte order mark.</param>
    /// <param name="settings">Settings to use instead of the file's, or null.</param>
    /// <param name="path">The file's name for errors, fit for a line.</param>
    /// <returns>The vocabulary, and whether its normaliser is BERT's alone, whose settings other files may change.</returns>
    public static (Vocabulary Vocabulary, bool IsAdjustable) Parse(
        ReadOnlyMemory<byte> content, TokenizerSettings? settings, string path) =>
        JsonCursor.Read(content, path, root => Read(root, settings, path));

    private static (Vocabulary Vocabulary, bool IsAdjustable) Read(JsonCursor root, TokenizerSettings? settings, string path)
    {
        JsonCursor model = root.Required("model");
        root.RequireKnown(Known);
        string version = root.Optional("version")?.Text() ?? Version;
        if (version != Version) throw new QEngineException($"expected version \"{Version}\", found {Printable.Quote(version)} in {path}");
        RequireWordPiece(model, path);
        // What is there and wrong is named before what is missing.
        RequireType(root, "pre_tokenizer", [PreTokenizer], path);
        RequireType(root, PostProcessorJson.Name, PostProcessorJson.Types, path);

        Dictionary<string, int> ids = ReadPieces(model.Required("vocab"));
        int modelCount = ids.Count;
        List<AddedToken> added = ReadAddedTokens(root, ids, path);
        string unknown = model.Optional("unk_token")?.Text() ?? Vocabulary.DefaultUnknown;
        Vocabulary vocabulary = new(ArrangeById(ids, modelCount, path), settings ?? ReadSettings(root, model), unknown, added, path);
        _ = Part(root, "pre_tokenizer", [PreTokenizer]);
        PostProcessorJson.Require(Part(root, PostProcessorJson.Name, PostProcessorJson.Types), vocabulary);
        RequirePaddingOnTheRight(root);
        return (vocabulary, NormalizerJson.IsBert(root));
    }

    private static void RequireWordPiece(JsonCursor model, string path)
    {
        // Early files name no type; a WordPiece model is then told by its own members and by having no merges.
        string? type = model.Optional("type")?.Text();
        bool matches = type is null
            ? model.Optional("max_input_chars_per_word") is not null && model.Optional("merges") is null
            : type == "WordPiece";
        if (!matches)
            throw new QEngineException(
                $"expected a tokenizer model of type WordPiece, "
                + $"found {(type is null ? "an unnamed type" : Printable.Short(type))} in {path}");
    }

    private static void RequireType(JsonCursor root, string member, ReadOnlySpan<string> types, string path)
    {
        if (root.Optional(member)?.Required("type").Text() is string type && types.IndexOf(type) < 0)
            throw new QEngineException(
                $"expected {member} of type {string.Join(" or ", types)}, "
                + $"found {Printable.Short(type)}, which is not supported, in {path}");
    }

    private static JsonCursor Part(JsonCursor root, string member, string[] types) => root.Optional(member)
        ?? throw new QEngineException(
            $"expected {member} of type {string.Join(" or ", types)}, found none, which is not supported, in {root.Path}");

    // On the left, the positions of a text's tokens would depend on the batch; nothing is padded here.
    private static void RequirePaddingOnTheRight(JsonCursor root)
    {
        if (root.Optional("padding")?.Optional("direction") is { } direction && direction.Side() != TruncationSide.Right)
            throw new QEngineException(
                $"expected padding of direction Right, found {Printable.Short(direction.Text())}, which is not supported, in {root.Path}");
    }

    private static Dictionary<string, int> ReadPieces(JsonCursor vocabulary)
    {
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        foreach ((string piece, JsonCursor id) in vocabulary.Members()) ids.Add(piece, id.Integer(0));
        return ids;
    }

    // The reference takes a piece's id where the model has one and else the next one, whatever the file says.
    private static List<AddedToken> ReadAddedTokens(JsonCursor root, Dictionary<string, int> ids, string path)
    {
        List<AddedToken> tokens = [];
        if (root.Optional("added_tokens") is not JsonCursor list) return tokens;
        HashSet<string> contents = new(StringComparer.Ordinal);
        foreach (JsonCursor node in list.Elements())
        {
            AddedToken token = AddedTokenJson.Read(node, node.Required("id").Integer(0));
            if (!contents.Add(token.Content))
                throw new QEngineException($"expected every added token once, found {Printable.Quote(token.Content)} twice in {path}");
            int next = ids.Count;
            bool inModel = !ids.TryAdd(token.Content, next);
            if (ids[token.Content] != token.Id)
                throw new QEngineException(
                    $"expected id {ids[token.Content]} for the added token {Printable.Quote(token.Content)}, "
                    + $"{(inModel ? "the model's" : "the next one")}, found {token.Id} in {path}");
            tokens.Add(token with { InModel = inModel });
        }
        return tokens;
    }

    private static string[] ArrangeById(Dictionary<string, int> ids, int modelCount, string path)
    {
        string?[] pieces = new string?[ids.Count];
        foreach ((string piece, int id) in ids)
        {
            if (id >= pieces.Length)
                throw new QEngineException(
                    $"expected ids from 0 to {modelCount - 1} without holes for the {modelCount} pieces, "
                    + $"found {id} for {Printable.Quote(piece)} in {path}");
            if (pieces[id] is string other)
                throw new QEngineException(
                    $"expected one piece an id, found {Printable.Quote(other)} and {Printable.Quote(piece)} with id {id} in {path}");
            pieces[id] = piece;
        }

        // As many different ids in range as there are places: every place is taken.
        return pieces!;
    }

    private static TokenizerSettings ReadSettings(JsonCursor root, JsonCursor model) => NormalizerJson.Read(root) with
    {
        MaximumWordCharacters = model.Optional("max_input_chars_per_word")?.Integer(1) ?? 100,
        ContinuingPrefix = model.Optional("continuing_subword_prefix")?.Text() ?? "##",
        TruncationSide = root.Optional("truncation")?.Optional("direction") is { } direction ? direction.Side() : TruncationSide.Right,
    };
}
