namespace QEngine.Collections;

/// <summary>A query of a batch.</summary>
/// <param name="Text">Its text; the model's prompt for queries is put before it.</param>
public sealed record SearchQuery(string Text)
{
    /// <summary>
    /// Its embedding of k finite numbers, taken in place of that of its text; empty to have the text embedded. An index without a model
    /// takes no other queries.
    /// </summary>
    public ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>Id of a document that is not to be found, such as the one that the query was made from; as many others are.</summary>
    public string? ExcludedId { get; init; }

    /// <summary>
    /// Ids of the documents to rank, such as another engine's candidates; those that the index does not have are left out. Null for all.
    /// </summary>
    public IReadOnlyCollection<string>? Candidates { get; init; }
}
