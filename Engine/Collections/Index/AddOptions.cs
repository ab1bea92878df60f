namespace QEngine.Collections;

/// <summary>How documents are added to an index.</summary>
public sealed record AddOptions
{
    /// <summary>Whether older documents of the same ids are replaced; otherwise they are an error.</summary>
    public bool Replace { get; init; }

    /// <summary>
    /// Is told how many further documents are embedded, now and then, from any thread and perhaps from several at a time.
    /// </summary>
    public IProgress<int>? Progress { get; init; }
}
