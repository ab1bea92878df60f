using QEngine.Storage;
using QEngine.Text;

namespace QEngine.Models;

/// <summary>sentence-transformers' <c>sentence_bert_config.json</c>, which the first releases called after the encoder.</summary>
/// <param name="MaximumLength">The longest text in tokens, or null where it is the tokenizer's and encoder's.</param>
/// <param name="Lowercase">Whether texts are lower-cased before the tokenizer.</param>
internal sealed record TransformerFile(int? MaximumLength, bool Lowercase)
{
    public const string FileName = "sentence_bert_config.json";

    private const string OlderName = "sentence_distilbert_config.json";

    // Newer releases write these only where they change how a text is cut or encoded.
    private static readonly string[] Unsupported = ["query_length", "document_length", "query_expansion", "processing_kwargs"];

    /// <summary>Reads the file of a folder, if there is one.</summary>
    /// <param name="folder">The encoder's folder.</param>
    /// <param name="positions">The encoder's longest sequence.</param>
    public static TransformerFile Read(string folder, int positions)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) path = Path.Combine(folder, OlderName);
        if (!File.Exists(path)) return new TransformerFile(null, false);
        return JsonFile.Read(path, root =>
        {
            root.RequireText("transformer_task", "feature-extraction");
            root.RequireText("module_output_name", "token_embeddings");
            foreach (string name in Unsupported)
            {
                if (root.Optional(name) is { } asked) throw new QEngineException($"expected no {name}, found {Printable.Quote(asked.Element.GetRawText())}, which is not supported, in {root.Path}");
            }
            int? length = root.Optional("max_seq_length")?.Integer(2);
            if (length > positions) throw new QEngineException($"expected max_seq_length of at most the encoder's {positions} positions, found {length} in {root.Path}");
            return new TransformerFile(length, root.Flag("do_lower_case", false));
        });
    }

    public static void Write(string path, int length) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("max_seq_length"u8, length);
        json.WriteBoolean("do_lower_case"u8, false);
        json.WriteEndObject();
    });
}
