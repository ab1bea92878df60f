using System.Text.Json;
using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>
/// sentence-transformers' own small files: <c>1_Pooling/config.json</c>, <c>sentence_bert_config.json</c> and
/// <c>config_sentence_transformers.json</c>.
/// </summary>
internal static class SentenceFiles
{
    public const string Pooling = "config.json", Length = "sentence_bert_config.json", Comparison = "config_sentence_transformers.json";

    private const string Mean = "pooling_mode_mean_tokens", PoolingMode = "pooling_mode", Cosine = "cosine", Fidelity = "fidelity";

    private static readonly string[] OtherModes =
        ["pooling_mode_cls_token", "pooling_mode_max_tokens", "pooling_mode_mean_sqrt_len_tokens", "pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken"];

    /// <summary>Requires mean pooling of vectors of the encoder's width.</summary>
    public static void RequireMeanPooling(string path, int hidden) => JsonFile.Read(path, root =>
    {
        int width = root.Required("word_embedding_dimension").Integer(1);
        if (width != hidden) throw new QEngineException($"expected word_embedding_dimension {hidden} as the encoder's hidden_size, found {width} in {root.Path}");
        root.RequireText(PoolingMode, "mean");
        foreach ((string name, JsonNode _) in root.Members())
        {
            if (name.StartsWith($"{PoolingMode}_", StringComparison.Ordinal) && name != Mean && root.Flag(name, false))
                throw new QEngineException($"expected {Mean} alone, found {Printable.Quote(name)} true, which is not supported, in {root.Path}");
        }
        if (!root.Flag(Mean, root.Optional(PoolingMode) is not null)) throw new QEngineException($"expected {Mean} true, found it false or absent in {root.Path}");
        return true;
    });

    public static void WritePooling(string path, int hidden) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("word_embedding_dimension"u8, hidden);
        json.WriteBoolean(OtherModes[0], false);
        json.WriteBoolean(Mean, true);
        foreach (string mode in OtherModes.AsSpan(1)) json.WriteBoolean(mode, false);
        json.WriteBoolean("include_prompt"u8, true);
        json.WriteEndObject();
    });

    /// <summary>Reads the longest text in tokens: what the file says, else 512 or the encoder's positions if those are fewer.</summary>
    public static int ReadMaximumLength(string path, int positions, TokenizerSettings tokenizer)
    {
        int absent = Math.Min(512, positions);
        if (!File.Exists(path)) return absent;
        return JsonFile.Read(path, root =>
        {
            if (root.Flag("do_lower_case", false) && !tokenizer.Lowercase)
                throw new QEngineException($"expected do_lower_case false as the tokenizer keeps case, found true in {root.Path}");
            int length = root.Optional("max_seq_length")?.Integer(2) ?? absent;
            return length <= positions
                ? length
                : throw new QEngineException($"expected max_seq_length of at most the encoder's {positions} positions, found {length} in {root.Path}");
        });
    }

    public static void WriteMaximumLength(string path, int length) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("max_seq_length"u8, length);
        json.WriteBoolean("do_lower_case"u8, false);
        json.WriteEndObject();
    });

    /// <summary>Requires the comparison that the file names, if any, to be the head's, and no text to be put before texts.</summary>
    public static void RequireSimilarity(string path, Similarity similarity)
    {
        if (!File.Exists(path)) return;
        _ = JsonFile.Read(path, root =>
        {
            if (root.Optional("similarity_fn_name")?.Text() is string found && found != Name(similarity))
                throw new QEngineException($"expected similarity_fn_name \"{Name(similarity)}\" as the model's head is compared by, found {Printable.Quote(found)} in {root.Path}");
            if (root.Optional("default_prompt_name")?.Text() is string prompt)
                throw new QEngineException($"expected no default_prompt_name, found {Printable.Quote(prompt)}, which is not supported, in {root.Path}");
            return true;
        });
    }

    public static void WriteSimilarity(string path, Similarity similarity) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        json.WriteString("model_type"u8, "SentenceTransformer"u8);
        json.WriteStartObject("prompts"u8);
        json.WriteEndObject();
        json.WriteNull("default_prompt_name"u8);
        json.WriteString("similarity_fn_name"u8, Name(similarity));
        json.WriteEndObject();
    });

    private static string Name(Similarity similarity) => similarity == Similarity.Fidelity ? Fidelity : Cosine;
}
