using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>The tokenizer's files of a model folder: <c>tokenizer.json</c> or <c>vocab.txt</c>, and what others say beside it.</summary>
internal static class TokenizerFiles
{
    private const string Complete = "tokenizer.json", Pieces = "vocab.txt";

    // BERT's tokenizers by their names in transformers; others cut text into words in another way.
    private static readonly string[] PieceClasses =
        ["BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer", "DistilBertTokenizerFast"];

    // Loaders that take tokenizer.json as it is.
    private static readonly string[] PlainClasses = ["PreTrainedTokenizerFast", "TokenizersBackend"];

    /// <summary>
    /// Reads the vocabulary: <c>tokenizer.json</c> where it exists, since it says more, with the settings of <c>tokenizer_config.json</c>.
    /// </summary>
    /// <param name="folder">The encoder's folder.</param>
    /// <param name="lowercase">Whether texts are lower-cased before.</param>
    /// <param name="file">A file of one of these kinds elsewhere, to take instead, with what lies beside it; null for the folder's.</param>
    /// <returns>The vocabulary, and <c>model_max_length</c>, the longest text in tokens, infinite where it is not given.</returns>
    public static (Vocabulary Vocabulary, double MaximumLength) Read(string folder, bool lowercase, string? file = null)
    {
        if (file is not null) folder = Path.GetDirectoryName(file) ?? "";
        string path = file ?? Path.Combine(folder, Complete);
        bool complete = file is null ? File.Exists(path) : file.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        if (!complete && file is null) path = Path.Combine(folder, Pieces);
        if (!File.Exists(path))
            throw new QEngineException($"expected {Complete} or {Pieces}, found neither in {FileErrors.Name(folder)}");
        TokenizerConfigurationFile configuration = TokenizerConfigurationFile.Read(folder);
        string kind = configuration.Class
            ?? EncoderConfigurationFile.ReadTokenizerClass(Path.Combine(folder, EncoderConfigurationFile.FileName)) ?? PieceClasses[0];
        RequireClass(
            kind, complete,
            Path.Combine(folder, configuration.Class is null ? EncoderConfigurationFile.FileName : TokenizerConfigurationFile.FileName));

        string name = FileErrors.Name(path);
        (Vocabulary vocabulary, bool adjustable) = complete
            ? TokenizerJson.Parse(VocabularyFile.ReadUtf8(path), null, name)
            : (Vocabulary.Load(path), true);
        TokenizerSettings settings = vocabulary.Settings;
        if (Array.IndexOf(PieceClasses, kind) >= 0)
            settings = TokenizerAdjustment.Apply(settings, configuration, kind, complete, adjustable, folder);
        settings = settings with { TruncationSide = configuration.TruncationSide ?? settings.TruncationSide };
        // Accents were kept if the tokenizer kept case and said nothing of them.
        if (lowercase) settings = settings with { Lowercase = true, StripAccents = settings.StripAccents ?? settings.Lowercase };
        IReadOnlyList<AddedToken> tokens = AddedTokenFiles.Read(folder, configuration, vocabulary, complete);
        return (vocabulary.With(settings, tokens, name), configuration.MaximumLength);
    }

    public static void Write(string folder, Vocabulary vocabulary, int maximumLength, bool tokenTypes)
    {
        vocabulary.SaveText(Path.Combine(folder, Pieces));
        TokenizerJsonWriter.Write(Path.Combine(folder, Complete), vocabulary, maximumLength);
        TokenizerConfigurationFile.Write(Path.Combine(folder, TokenizerConfigurationFile.FileName), vocabulary, maximumLength, tokenTypes);
    }

    private static void RequireClass(string kind, bool complete, string path)
    {
        string[] supported = complete ? [.. PieceClasses, .. PlainClasses] : PieceClasses;
        if (Array.IndexOf(supported, kind) >= 0) return;
        throw new QEngineException(
            $"expected tokenizer_class {string.Join(", ", supported)}{(complete ? "" : $" with {Pieces} alone")}, "
            + $"found {Printable.Quote(kind)}, which is not supported, "
            + $"in {FileErrors.Name(path)}");
    }
}
