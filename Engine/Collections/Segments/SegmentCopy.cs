using System.Runtime.InteropServices;

namespace QEngine.Collections;

/// <summary>Copies what can be found of a collection into new segments.</summary>
internal static class SegmentCopy
{
    private const int RowsAtOnce = 4096;

    /// <summary>Adds all documents that can be found, in their order.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="target">The new segments.</param>
    /// <param name="cancellationToken">Stops the work between some thousand documents.</param>
    public static void Add(Collection collection, NewSegments target, CancellationToken cancellationToken)
    {
        List<Document> documents = [];
        List<float> embeddings = [];
        foreach (Segment segment in collection.Segments)
        {
            for (int row = 0; row < segment.Block.Count; row++)
            {
                if (segment.IsHidden(row)) continue;
                documents.Add(segment.Document(row));
                embeddings.AddRange(segment.Embedding(row));
                if (documents.Count == RowsAtOnce) Flush();
            }
        }
        Flush();

        void Flush()
        {
            cancellationToken.ThrowIfCancellationRequested();
            target.AddDocuments(documents, CollectionsMarshal.AsSpan(embeddings));
            documents.Clear();
            embeddings.Clear();
        }
    }
}
