using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>sentence-transformers' <c>sentence_bert_config.json</c>, which the first releases called after the encoder.</summary>
/// <param name="MaximumLength">The longest text in tokens, or null where it is the tokenizer's and encoder's.</param>
/// <param name="Lowercase">Whether texts are lower-cased before the tokenizer.</param>
internal sealed record TransformerFile(int? MaximumLength, bool Lowercase)
{
    public const string FileName = "sentence_bert_config.json";

    // The first releases called it after the encoder, and all of them look for any of these.
    private static readonly string[] Names =
    [
        FileName, "sentence_roberta_config.json", "sentence_distilbert_config.json", "sentence_camembert_config.json",
        "sentence_albert_config.json", "sentence_xlm-roberta_config.json", "sentence_xlnet_config.json",
    ];

    // Unpadded inputs and another backend are other ways to the same numbers.
    private static readonly string[] Supported =
        ["max_seq_length", "do_lower_case", "transformer_task", "module_output_name", "modality_config", "unpad_inputs", "backend"];

    // What the reference hands on to other loaders; releases call it by two names.
    private static readonly string[] Arguments =
        ["model_args", "model_kwargs", "tokenizer_args", "processor_kwargs", "config_args", "config_kwargs"];

    // Arguments that change how a model is loaded, not what it computes.
    private static readonly string[] LoadingOnly =
        ["add_pooling_layer", "attn_implementation", "device_map", "low_cpu_mem_usage", "trust_remote_code", "use_fast", "use_safetensors"];

    // What would change how a text is cut or encoded.
    private static readonly string[] Unsupported =
        ["processing_kwargs", "query_length", "document_length", "query_expansion", "tokenizer_name_or_path"];

    /// <summary>Reads the file of a folder, if there is one.</summary>
    /// <param name="folder">The encoder's folder.</param>
    /// <param name="positions">The encoder's longest sequence.</param>
    public static TransformerFile Read(string folder, int positions)
    {
        foreach (string name in Names)
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path)) return JsonFile.Read(path, root => Parse(root, positions));
        }
        return new TransformerFile(null, false);
    }

    public static void Write(string path, int length) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("max_seq_length"u8, length);
        json.WriteBoolean("do_lower_case"u8, false);
        json.WriteEndObject();
    });

    private static TransformerFile Parse(JsonCursor root, int positions)
    {
        root.RequireKnown(Supported, [.. Unsupported, .. Arguments]);
        root.RequireText("transformer_task", "feature-extraction");
        root.RequireText("module_output_name", "token_embeddings");
        RequireText(root);
        foreach (string name in Unsupported) root.RequireNothing(name);
        foreach (string name in Arguments) RequireLoadingOnly(root, name);
        int? length = root.Optional("max_seq_length")?.Integer(2);
        if (length > positions)
            throw new QEngineException(
                $"expected max_seq_length of at most the encoder's {positions} positions, found {length} in {root.Path}");
        return new TransformerFile(length, root.Flag("do_lower_case", false));
    }

    // Newer releases write this one entry for every encoder of text.
    private static void RequireText(JsonCursor root)
    {
        if (root.Optional("modality_config") is not { } modalities) return;
        modalities.RequireKnown(["text"]);
        JsonCursor text = modalities.Required("text");
        text.RequireText("method", "forward");
        text.RequireText("method_output_name", "last_hidden_state");
    }

    private static void RequireLoadingOnly(JsonCursor root, string name)
    {
        if (root.Optional(name) is not { } arguments) return;
        foreach ((string argument, JsonCursor value) in arguments.Members())
        {
            bool harmless = Array.IndexOf(LoadingOnly, argument) >= 0 || value.Element.ValueKind == JsonValueKind.Null
                || (argument is "dtype" or "torch_dtype" && value.Element.ValueKind == JsonValueKind.String
                    && value.Text() is "float32" or "torch.float32");
            if (!harmless)
                throw new QEngineException(
                    $"expected {name} of {string.Join(", ", LoadingOnly)}, or dtype float32, "
                    + $"found {Printable.Quote(argument)} of {value.Shown}, which is not supported, in {root.Path}");
        }
    }
}
