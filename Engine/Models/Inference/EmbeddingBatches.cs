using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>
/// Embeds the batches of a window, one an item, each into its texts' own rows: in any order, on any thread, the same bits.
/// </summary>
internal readonly ref struct EmbeddingBatches(Pool<EmbeddingSession> sessions, EmbeddingWindow window) : IParallelBody
{
    /// <summary>In which numbers.</summary>
    public required EmbeddingFormat Format { get; init; }

    /// <summary>[texts of the window, width of the format].</summary>
    public required Span<float> Embeddings { get; init; }

    /// <summary>Counts the texts of every batch that is done.</summary>
    public required EmbeddingCounter? Counter { get; init; }

    /// <summary>Ends the work before the next batch.</summary>
    public required CancellationToken Cancellation { get; init; }

    /// <summary>Embeds one batch.</summary>
    public void Invoke(int batch)
    {
        Cancellation.ThrowIfCancellationRequested();
        EmbeddingSession session = sessions.Take();
        try
        {
            session.Embed(window, batch, Format, Embeddings);
        }
        finally
        {
            sessions.Return(session);
        }
        Counter?.Add(window.Batch(batch).Length);
    }
}
