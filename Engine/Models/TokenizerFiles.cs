using System.Text.Json;
using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>The tokenizer's files of a model folder: <c>tokenizer.json</c> or <c>vocab.txt</c>, and <c>tokenizer_config.json</c>.</summary>
internal static class TokenizerFiles
{
    private const string Configuration = "tokenizer_config.json", Complete = "tokenizer.json", Pieces = "vocab.txt", Added = "added_tokens.json";

    // The tokenizers that vocab.txt describes; others cut text into words in another way.
    private static readonly string[] PieceClasses = ["BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer", "DistilBertTokenizerFast"];

    // Loaders that take tokenizer.json as it is.
    private static readonly string[] PlainClasses = ["PreTrainedTokenizerFast", "TokenizersBackend"];

    /// <summary>Reads the vocabulary: <c>tokenizer.json</c> where it exists, since it says more, with the settings of <c>tokenizer_config.json</c>.</summary>
    /// <param name="folder">The encoder's folder.</param>
    /// <param name="lowercase">Whether texts are lower-cased before.</param>
    /// <param name="file">A file of one of these kinds elsewhere, to take instead, with what lies beside it; null for the folder's.</param>
    /// <returns>The vocabulary, and <c>model_max_length</c>, the longest text in tokens, infinite where it is not given.</returns>
    public static (Vocabulary Vocabulary, double MaximumLength) Read(string folder, bool lowercase, string? file = null)
    {
        if (file is not null) folder = Path.GetDirectoryName(file) ?? "";
        string path = file ?? Path.Combine(folder, Complete), configuration = Path.Combine(folder, Configuration);
        bool complete = file is null ? File.Exists(path) : !file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase);
        if (!complete && file is null) path = Path.Combine(folder, Pieces);
        if (!File.Exists(path))
            throw new QEngineException($"expected {Complete} or {Pieces}, found neither in {FileErrors.Name(folder)}");
        Vocabulary vocabulary = Vocabulary.Load(path);
        if (!complete) RequireAdded(Path.Combine(folder, Added), vocabulary);
        (TokenizerSettings settings, double length) = File.Exists(configuration)
            ? JsonFile.Read(configuration, root => (Override(vocabulary.Settings, root, complete), ReadMaximumLength(root)))
            : (vocabulary.Settings, double.PositiveInfinity);
        // Accents were kept if the tokenizer kept case and said nothing of them.
        if (lowercase) settings = settings with { Lowercase = true, StripAccents = settings.StripAccents ?? settings.Lowercase };
        return (settings == vocabulary.Settings ? vocabulary : Vocabulary.Load(path, settings), length);
    }

    public static void Write(string folder, Vocabulary vocabulary, int maximumLength, bool tokenTypes)
    {
        vocabulary.SaveText(Path.Combine(folder, Pieces));
        TokenizerJsonWriter.Write(Path.Combine(folder, Complete), vocabulary);
        WriteConfiguration(Path.Combine(folder, Configuration), vocabulary, maximumLength, tokenTypes);
    }

    // As in Hugging Face's BertTokenizerFast, what tokenizer_config.json says wins over tokenizer.json.
    private static TokenizerSettings Override(TokenizerSettings settings, JsonNode root, bool complete)
    {
        string kind = root.Optional("tokenizer_class")?.Text() ?? PieceClasses[0];
        if (complete && Array.IndexOf(PlainClasses, kind) >= 0) return settings;
        if (!complete && Array.IndexOf(PieceClasses, kind) < 0)
            throw new QEngineException($"expected tokenizer_class {string.Join(", ", PieceClasses)} with {Pieces} alone, found {Printable.Quote(kind)}, which is not supported, in {root.Path}");
        if (!root.Flag("do_basic_tokenize", true)) throw new QEngineException($"expected do_basic_tokenize true, found false, which is not supported, in {root.Path}");
        bool? strips = root.Optional("strip_accents") is null ? null : root.Flag("strip_accents", false);
        return settings with
        {
            Lowercase = root.Flag("do_lower_case", settings.Lowercase),
            HandleChineseCharacters = root.Flag("tokenize_chinese_chars", settings.HandleChineseCharacters),
            StripAccents = root.Element.TryGetProperty("strip_accents"u8, out _) ? strips : settings.StripAccents,
        };
    }

    // A published way to say "none" is 10^30.
    private static double ReadMaximumLength(JsonNode root)
    {
        double length = root.Number("model_max_length", double.PositiveInfinity);
        return length >= 2 ? length : throw new QEngineException($"expected model_max_length of at least 2, found {length} in {root.Path}");
    }

    private static void RequireAdded(string path, Vocabulary vocabulary)
    {
        if (!File.Exists(path)) return;
        _ = JsonFile.Read(path, root =>
        {
            foreach ((string token, JsonNode id) in root.Members())
            {
                if (!vocabulary.TryGetId(token, out int known) || known != id.Integer(0))
                    throw new QEngineException($"expected {Complete} with tokens beyond {Pieces}, found only {Printable.Quote(token)} in {root.Path}");
            }
            return true;
        });
    }

    private static void WriteConfiguration(string path, Vocabulary vocabulary, int maximumLength, bool tokenTypes) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("clean_up_tokenization_spaces"u8, false);
        json.WriteString("cls_token"u8, Vocabulary.Classification);
        json.WriteBoolean("do_lower_case"u8, vocabulary.Settings.Lowercase);
        if (vocabulary.MaskId is not null) json.WriteString("mask_token"u8, Vocabulary.Mask);
        json.WriteNumber("model_max_length"u8, maximumLength);
        if (vocabulary.PaddingId is not null) json.WriteString("pad_token"u8, Vocabulary.Padding);
        json.WriteString("sep_token"u8, Vocabulary.Separator);
        if (vocabulary.Settings.StripAccents is bool strips) json.WriteBoolean("strip_accents"u8, strips);
        else json.WriteNull("strip_accents"u8);
        json.WriteBoolean("tokenize_chinese_chars"u8, vocabulary.Settings.HandleChineseCharacters);
        // The same tokenizer, but one gives token types, which DistilBertModel does not take.
        json.WriteString("tokenizer_class"u8, tokenTypes ? "BertTokenizer"u8 : "DistilBertTokenizer"u8);
        json.WriteString("unk_token"u8, vocabulary.UnknownToken);
        json.WriteEndObject();
    });
}
