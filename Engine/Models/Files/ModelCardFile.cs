using System.Globalization;
using System.Text;
using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary><c>README.md</c> of a model folder: the card that model hubs show, with the metadata they expect at its start.</summary>
internal static class ModelCardFile
{
    public const string FileName = "README.md";

    private const string SentenceTransformers = "sentence-transformers", Own = "qengine";

    public static void Write(string path, SentenceEmbedder embedder, SaveOptions options) =>
        AtomicFile.WriteText(path, Render(embedder, options));

    /// <summary>The card: what the model is, how it is used, and what is known of how it was made.</summary>
    private static string Render(SentenceEmbedder embedder, SaveOptions options)
    {
        StringBuilder text = new();
        WriteMetadata(text, embedder);
        WriteModel(text, embedder, options.HalfPrecision);
        if (IsOwn(embedder.Model)) WriteOwnUse(text, embedder.Model.Head);
        else WriteClassicalUse(text);
        WritePrompts(text, embedder.Prompts);
        WriteTraining(text, options.Card ?? new ModelCard());
        return text.ToString();
    }

    // Whether another library cannot compute it.
    private static bool IsOwn(EmbeddingModel<float> model)
    {
        if (model.Encoder.Configuration.Precision != EncoderPrecision.Float32) return true;
        foreach (HeadModule module in model.Head.Modules)
            if (module.Kind.IsOwn) return true;
        return false;
    }

    private static void WriteMetadata(StringBuilder text, SentenceEmbedder embedder)
    {
        bool quantum = embedder.Similarity.IsFidelity(), own = IsOwn(embedder.Model);
        text.Append("---\n").Append($"library_name: {(own ? Own : SentenceTransformers)}\n")
            .Append("pipeline_tag: sentence-similarity\ntags:\n");
        if (!own) text.Append($"- {SentenceTransformers}\n");
        text.Append("- sentence-similarity\n- feature-extraction\n").Append($"- {embedder.Model.Encoder.Configuration.Names.Model}\n");
        if (quantum) text.Append("- quantum-inspired\n");
        text.Append($"- {Own}\n---\n\n");
    }

    private static void WriteModel(StringBuilder text, SentenceEmbedder embedder, bool halfPrecision)
    {
        EmbeddingModel<float> model = embedder.Model;
        BertConfiguration encoder = model.Encoder.Configuration;
        string compared = embedder.Similarity.IsFidelity() ? "fidelity" : "cosine";
        string kind = embedder.Similarity switch
        {
            Similarity.Fidelity => "angles of qubits",
            Similarity.StateFidelity => "numbers, a state of qubits",
            _ => "numbers",
        };
        text.Append(
            $"# {model.Head.PaperName}-{embedder.Dimension}\n\nTurns a text into {Count(embedder.Dimension)} {kind}; "
            + $"two texts are compared by {compared}.\n\n");
        Row(text, "", "");
        Row(text, "---", "---");
        Row(
            text, "encoder",
            $"{encoder.Names.Model}, {Count(encoder.Layers)} layers, hidden size {Count(encoder.HiddenSize)}, "
            + $"{Count(encoder.Heads)} heads");
        Row(text, "pooling", model.Pooling.Name());
        for (int i = 0; i < model.Head.Modules.Count; i++) Row(text, $"`{model.Head.Folder(i)}`", model.Head.Modules[i].Description);
        Row(text, "parameters of the encoder", Count(model.EncoderLength + model.Parameters.QuantizedCount));
        Row(text, "parameters of the head", Count(model.Parameters.Count - model.EncoderLength));
        Row(text, "dimension", Count(embedder.Dimension));
        Row(text, "similarity", compared);
        Row(text, "maximum length", $"{Count(embedder.MaximumLength)} tokens");
        Row(
            text, "vocabulary",
            $"{Count(embedder.Tokenizer.Vocabulary.Count)} pieces, "
            + $"{(embedder.Tokenizer.Vocabulary.Settings.Lowercase ? "lower-cased" : "cased")}");
        string weights = halfPrecision ? "16 bits (F16)" : "32 bits (F32)";
        Row(text, "weights", encoder.Precision == EncoderPrecision.Int8 ? "matrices in 8 bits (I8) with a scale for every row" : weights);
    }

    private static void WriteClassicalUse(StringBuilder text) => text.Append(
        """

        ## Use

        With [sentence-transformers](https://www.sbert.net), `pip install sentence-transformers`:

        ```python
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer("path of this folder")
        embeddings = model.encode(["a text", "another text"])
        print(model.similarity(embeddings, embeddings))
        ```

        With QEngine:

        ```csharp
        SentenceEmbedder embedder = ModelFolder.Load("path of this folder");
        float[] embedding = embedder.Embed("a text");
        ```

        """);

    private static void WriteOwnUse(StringBuilder text, HeadConfiguration head)
    {
        text.Append(
            $"""

            ## Use

            With QEngine:

            ```csharp
            SentenceEmbedder embedder = ModelFolder.Load("path of this folder");
            float[] {(head.Similarity == Similarity.Fidelity ? "angles" : "embedding")} = embedder.Embed("a text");
            ```


            """);
        for (int i = 0; i < head.Modules.Count; i++) head.Modules[i].WriteCard(text, head.Folder(i));
    }

    private static void WritePrompts(StringBuilder text, Prompts prompts)
    {
        if (prompts.Texts.Count == 0) return;
        text.Append("\n## Prompts\n\nPut before a text, by name.");
        if (prompts.DefaultName is { } name) text.Append($" The default is `{Cell(name)}`.");
        text.Append("\n\n");
        Row(text, "name", "text");
        Row(text, "---", "---");
        foreach ((string prompt, string words) in prompts.Texts) Row(text, Cell(prompt), words.Length > 0 ? $"`{Cell(words)}`" : "(none)");
    }

    private static void WriteTraining(StringBuilder text, ModelCard card)
    {
        Table(text, "Data", card.Data);
        List<(string Name, string Value)> settings = [.. card.Settings];
        if (card.Seed is { } seed) settings.Add(("seed", seed.ToString(CultureInfo.InvariantCulture)));
        Table(text, "Settings", settings);
        List<(string Name, string Value)> measures = [];
        foreach ((string name, double value) in card.Measures) measures.Add((name, value.ToString("G6", CultureInfo.InvariantCulture)));
        Table(text, "Measures", measures);
    }

    private static void Table(StringBuilder text, string title, IReadOnlyList<(string Name, string Value)> rows)
    {
        if (rows.Count == 0) return;
        text.Append($"\n## {title}\n\n");
        Row(text, "name", "value");
        Row(text, "---", "---");
        foreach ((string name, string value) in rows) Row(text, Cell(name), Cell(value));
    }

    private static void Row(StringBuilder text, string name, string value) => text.Append($"| {name} | {value} |\n");

    // Text that anybody chose stays within its cell and is no markup.
    private static string Cell(string text) =>
        Printable.OneLine(text).Replace("&", "&amp;").Replace("<", "&lt;").Replace("|", "&#124;").Replace("`", "&#96;");

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
