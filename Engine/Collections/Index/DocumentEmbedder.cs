using QEngine.Models;

namespace QEngine.Collections;

/// <summary>Embeds any number of documents into new segments, in bounded memory.</summary>
internal static class DocumentEmbedder
{
    // In memory at a time: enough that threads rarely wait for each other at the end of a part; long texts end it early.
    private const int MaxDocuments = 8192, MaxCharacters = 1 << 22;

    /// <summary>Reads documents once and adds them.</summary>
    /// <param name="source">Their vectors.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="target">Receives them.</param>
    /// <param name="progress">Is told how many documents are embedded.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static void Add(
        VectorSource source, IEnumerable<Document> documents, NewSegments target, IProgress<EmbeddingProgress>? progress,
        CancellationToken cancellationToken)
    {
        EmbeddingCounter? counter = EmbeddingCounter.Create(progress, total: null);
        List<Document> part = [];
        float[] embeddings = [];
        long characters = 0;
        foreach (Document document in documents)
        {
            part.Add(document ?? throw Require.NullAt(target.Count + part.Count, nameof(documents)));
            characters += document.Text.Length;
            if (part.Count == MaxDocuments || characters >= MaxCharacters) Flush();
        }
        Flush();

        void Flush()
        {
            cancellationToken.ThrowIfCancellationRequested();
            int numbers = part.Count * source.Dimension;
            if (embeddings.Length < numbers) embeddings = new float[numbers];
            Span<float> rows = embeddings.AsSpan(0, numbers);
            source.Fill(part, document => (document.Text, document.Vector), rows, counter, cancellationToken);
            target.AddDocuments(part, rows);
            part.Clear();
            characters = 0;
        }
    }
}
