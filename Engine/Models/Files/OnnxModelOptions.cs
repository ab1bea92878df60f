namespace QEngine.Models;

/// <summary>What an ONNX file does not say about a model; what is left out is taken from the files beside it.</summary>
public sealed record OnnxModelOptions
{
    /// <summary>The vocabulary, <c>vocab.txt</c> or <c>tokenizer.json</c>; null for the one beside the file.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>How a text's token vectors become one; null for what the folder says, mean where it says nothing.</summary>
    public PoolingMode? Pooling { get; init; }

    /// <summary>Whether vectors are scaled to length 1 also where the folder does not say so.</summary>
    public bool Normalize { get; init; }

    /// <summary>What is put before queries; null for what the folder says.</summary>
    public string? QueryPrompt { get; init; }

    /// <summary>Attention heads, where neither the graph nor <c>config.json</c> tells; null for none.</summary>
    public int? Heads { get; init; }

    /// <summary>
    /// The longest text in tokens; null for what the folder says, as many as the encoder has positions where it says nothing.
    /// </summary>
    public int? MaximumLength { get; init; }

    /// <summary>A folder's prompts with the one asked for.</summary>
    internal Prompts Over(Prompts prompts)
    {
        if (QueryPrompt is null) return prompts;
        List<KeyValuePair<string, string>> texts = [];
        foreach (KeyValuePair<string, string> prompt in prompts.Texts)
        {
            if (prompt.Key != Prompts.QueryName) texts.Add(prompt);
        }
        texts.Insert(0, new(Prompts.QueryName, QueryPrompt));
        return new Prompts(texts, prompts.DefaultName, prompts.Pooled);
    }

    /// <summary>A folder's head with the module asked for.</summary>
    internal HeadConfiguration Over(HeadConfiguration head) =>
        Normalize && head.Modules is not [.., NormalizeModule]
            ? new HeadConfiguration(head.InputDimension, [.. head.Modules, new NormalizeModule(head.OutputDimension)])
            : head;
}
