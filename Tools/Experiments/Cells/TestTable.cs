using System.Diagnostics;
using QEngine.Models;
using QEngine.Tools.Heads;
using QEngine.Workers;

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

/// <summary>What a test compares: texts, or vectors that are there already.</summary>
internal abstract record TestTable
{
    /// <summary>Its vectors under an encoder that stays as it is.</summary>
    /// <param name="frozen">What has been computed before.</param>
    /// <param name="backbone">The encoder.</param>
    /// <param name="maximumLength">Longest text in tokens.</param>
    /// <param name="workers">The threads to use.</param>
    public abstract Vectors Pooled(FrozenVectors frozen, Backbone backbone, int maximumLength, WorkerPool workers);

    /// <summary>Its vectors under a model that was trained.</summary>
    /// <param name="embedder">The model.</param>
    /// <returns>[rows, dimension].</returns>
    /// <exception cref="QEngineException">They do not fit memory, or an embedding is not finite.</exception>
    public abstract float[] Embed(SentenceEmbedder embedder);
}

/// <summary>Vectors that are there already, which a head can be put on but no encoder.</summary>
/// <param name="Given">The vectors.</param>
internal sealed record VectorTable(Vectors Given) : TestTable
{
    /// <inheritdoc/>
    public override Vectors Pooled(FrozenVectors frozen, Backbone backbone, int maximumLength, WorkerPool workers) => Given;

    /// <inheritdoc/>
    public override float[] Embed(SentenceEmbedder embedder) => throw new UnreachableException();
}

/// <summary>Texts of one role.</summary>
/// <param name="Role">What they are.</param>
/// <param name="Texts">The texts.</param>
internal sealed record TextTable(TextRole Role, IReadOnlyList<string> Texts) : TestTable
{
    /// <inheritdoc/>
    public override Vectors Pooled(FrozenVectors frozen, Backbone backbone, int maximumLength, WorkerPool workers) =>
        frozen.Of(backbone, this, maximumLength, workers);

    /// <summary>What a model wants before them.</summary>
    public string Prompt(Prompts prompts) => Role switch
    {
        TextRole.Query => prompts.Query,
        TextRole.Document => prompts.Document,
        _ => prompts.Default,
    };

    /// <inheritdoc/>
    public override float[] Embed(SentenceEmbedder embedder)
    {
        long count = (long)Texts.Count * embedder.Dimension;
        if (count > Array.MaxLength)
            throw new QEngineException($"expected at most {Array.MaxLength / embedder.Dimension} texts of a test, found {Texts.Count}");
        float[] embeddings = new float[count];
        embedder.Embed([.. Texts], embeddings, new EmbedOptions { Prompt = Prompt(embedder.Prompts) }, Cli.Session.Cancellation);
        return embeddings;
    }
}
