using QEngine.Models;

namespace QEngine.Collections;

/// <summary>How documents are added to an index.</summary>
public sealed record AddOptions
{
    /// <summary>Whether older documents of the same ids are replaced; otherwise they are an error.</summary>
    public bool Replace { get; init; }

    /// <summary>
    /// Is told now and then how many documents are embedded, of an unknown total, from any thread and perhaps from several at a time.
    /// </summary>
    public IProgress<EmbeddingProgress>? Progress { get; init; }
}
