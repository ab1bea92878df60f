using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>sentence-transformers' <c>config_sentence_transformers.json</c>: prompts, and how embeddings are compared.</summary>
internal static class SentenceFile
{
    public const string FileName = "config_sentence_transformers.json";

    private const string Dot = "dot", ModelType = "SentenceTransformer";

    /// <summary>Reads the prompts; requires the comparison that the file names, if any, to be the head's.</summary>
    /// <param name="path">The file, which need not exist.</param>
    /// <param name="head">The head.</param>
    /// <param name="includePrompt">Whether the pooling takes a prompt's tokens in.</param>
    public static Prompts Read(string path, HeadConfiguration head, bool includePrompt)
    {
        if (!File.Exists(path)) return new Prompts([], null, includePrompt);
        return JsonFile.Read(path, root =>
        {
            root.RequireText("model_type", ModelType);
            RequireSimilarity(root, head);
            if (root.Optional("truncate_dim")?.Integer(1) is int width && width < head.OutputDimension)
                throw new QEngineException($"expected no truncate_dim, found {width}, which is not supported, in {root.Path}");
            return ReadPrompts(root, includePrompt);
        });
    }

    public static void Write(string path, Similarity similarity, Prompts prompts) => JsonFile.Write(path, json =>
    {
        json.WriteStartObject();
        json.WriteString("model_type"u8, ModelType);
        json.WriteStartObject("prompts"u8);
        foreach ((string name, string text) in prompts.Texts) json.WriteString(name, text);
        json.WriteEndObject();
        json.WriteString("default_prompt_name"u8, prompts.DefaultName);
        json.WriteString("similarity_fn_name"u8, similarity.Name());
        json.WriteEndObject();
    });

    private static void RequireSimilarity(JsonCursor root, HeadConfiguration head)
    {
        if (root.Optional("similarity_fn_name")?.Text() is not string found) return;
        // Of vectors of length 1, the product is the cosine.
        bool normalized = head.Modules is [.., NormalizeModule];
        string expected = head.Similarity.Name();
        if (found == expected || (normalized && found == Dot)) return;
        string also = head.Similarity == Similarity.Cosine ? $", or \"{Dot}\" of vectors that the last module normalises," : "";
        throw new QEngineException(
            $"expected similarity_fn_name \"{expected}\"{also} as the model's head is compared by, "
            + $"found {Printable.Quote(found)} in {root.Path}");
    }

    private static Prompts ReadPrompts(JsonCursor root, bool includePrompt)
    {
        List<KeyValuePair<string, string>> texts = [];
        if (root.Optional("prompts") is { } prompts)
        {
            foreach ((string name, JsonCursor _) in prompts.Members())
            {
                if (prompts.Optional(name)?.Text() is string text) texts.Add(new(name, text));
            }
        }
        string? standard = root.Optional("default_prompt_name")?.Text();
        if (standard is not null && !texts.Exists(prompt => prompt.Key == standard))
            throw new QEngineException(
                $"expected default_prompt_name to be the name of a prompt, found {Printable.Quote(standard)} in {root.Path}");
        return new Prompts(texts, standard, includePrompt);
    }
}
