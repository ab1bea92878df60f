using QEngine.Models;

namespace QEngine.Tools.Experiments;

/// <summary>What a text is, which decides its prompt.</summary>
internal enum TextRole
{
    /// <summary>One of several texts that are alike.</summary>
    Alike,

    /// <summary>What is asked.</summary>
    Query,

    /// <summary>What is found.</summary>
    Document,
}

/// <summary>Texts of one role.</summary>
/// <param name="Role">What they are.</param>
/// <param name="Texts">The texts.</param>
internal sealed record TextTable(TextRole Role, IReadOnlyList<string> Texts)
{
    /// <summary>What a model wants before them.</summary>
    public string Prompt(Prompts prompts) => Role switch
    {
        TextRole.Query => prompts.Query,
        TextRole.Document => prompts.Document,
        _ => prompts.Default,
    };

    /// <summary>Embeds them.</summary>
    /// <param name="embedder">The model.</param>
    /// <returns>[texts, dimension].</returns>
    /// <exception cref="QEngineException">They do not fit memory, or an embedding is not finite.</exception>
    public float[] Embed(SentenceEmbedder embedder)
    {
        long count = (long)Texts.Count * embedder.Dimension;
        if (count > Array.MaxLength)
            throw new QEngineException($"expected at most {Array.MaxLength / embedder.Dimension} texts of a test, found {Texts.Count}");
        float[] embeddings = new float[count];
        embedder.Embed([.. Texts], embeddings, new EmbedOptions { Prompt = Prompt(embedder.Prompts) }, Cli.Session.Cancellation);
        return embeddings;
    }
}
