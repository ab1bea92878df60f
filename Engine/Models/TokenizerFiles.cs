using System.Text.Json;
using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>The tokenizer's files of a model folder: <c>tokenizer.json</c> or <c>vocab.txt</c>, and <c>tokenizer_config.json</c>.</summary>
internal static class TokenizerFiles
{
    private const string Configuration = "tokenizer_config.json", Complete = "tokenizer.json", Pieces = "vocab.txt";

    /// <summary>Reads the vocabulary: <c>tokenizer.json</c> where it exists, since it says more, with the settings of <c>tokenizer_config.json</c>.</summary>
    public static Vocabulary Read(string folder)
    {
        string path = Path.Combine(folder, Complete), configuration = Path.Combine(folder, Configuration);
        if (!File.Exists(path)) path = Path.Combine(folder, Pieces);
        if (!File.Exists(path))
            throw new QEngineException($"expected {Complete} or {Pieces}, found neither in {FileErrors.Name(folder)}");
        Vocabulary vocabulary = Vocabulary.Load(path);
        if (!File.Exists(configuration)) return vocabulary;
        TokenizerSettings settings = JsonFile.Read(configuration, root => Override(vocabulary.Settings, root));
        return settings == vocabulary.Settings ? vocabulary : Vocabulary.Load(path, settings);
    }

    public static void Write(string folder, Vocabulary vocabulary, int maximumLength)
    {
        vocabulary.SaveText(Path.Combine(folder, Pieces));
        TokenizerJsonWriter.Write(Path.Combine(folder, Complete), vocabulary);
        WriteConfiguration(Path.Combine(folder, Configuration), vocabulary, maximumLength);
    }

    // As in Hugging Face's BertTokenizerFast, what tokenizer_config.json says wins over tokenizer.json.
    private static TokenizerSettings Override(TokenizerSettings settings, JsonNode root)
    {
        bool? strips = root.Optional("strip_accents") is null ? null : root.Flag("strip_accents", false);
        return settings with
        {
            Lowercase = root.Flag("do_lower_case", settings.Lowercase),
            HandleChineseCharacters = root.Flag("tokenize_chinese_chars", settings.HandleChineseCharacters),
            StripAccents = root.Element.TryGetProperty("strip_accents"u8, out _) ? strips : settings.StripAccents,
        };
    }

    private static void WriteConfiguration(string path, Vocabulary vocabulary, int maximumLength) => JsonFile.Write(path, json =>
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
        json.WriteString("tokenizer_class"u8, "BertTokenizer"u8);
        json.WriteString("unk_token"u8, vocabulary.UnknownToken);
        json.WriteEndObject();
    });
}
