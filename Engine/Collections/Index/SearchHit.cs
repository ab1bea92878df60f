using System.Collections.ObjectModel;
using QEngine.Retrieval;

namespace QEngine.Collections;

/// <summary>A document that was found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Score">
/// Larger is better. The cosine, or ln F where the model compares by fidelity (at most 0), or the score of the fusion of a hybrid search.
/// </param>
public sealed record SearchHit(string Id, float Score)
{
    /// <summary>Its text; empty where <see cref="SearchOptions.IdsOnly"/>.</summary>
    public string Text { get; init; } = "";

    /// <summary>Its metadata; empty where it has none, and where <see cref="SearchOptions.IdsOnly"/>.</summary>
    public IReadOnlyDictionary<string, MetadataValue> Metadata { get; init; } = ReadOnlyDictionary<string, MetadataValue>.Empty;

    /// <summary>Reads the documents of hits.</summary>
    internal static SearchHit[] From(Collection collection, Hit[] hits, bool idsOnly) => Array.ConvertAll(hits, hit =>
    {
        if (idsOnly) return new SearchHit(collection.Id(hit.Index), hit.Score);
        Document document = collection.Read(hit.Index);
        return new SearchHit(document.Id, hit.Score) { Text = document.Text, Metadata = document.Metadata };
    });
}
