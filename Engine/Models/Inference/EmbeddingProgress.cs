namespace QEngine.Models;

/// <summary>How far embedding is. Reports come from several threads, so one may overtake another that has a smaller number.</summary>
/// <param name="Completed">Texts done.</param>
/// <param name="Total">All texts; null where that is not known.</param>
public readonly record struct EmbeddingProgress(long Completed, long? Total);

/// <summary>Adds up the texts that threads have done, over any number of calls, and reports the sum.</summary>
/// <param name="progress">Is told of it.</param>
/// <param name="total">All texts; null where that is not known.</param>
internal sealed class EmbeddingCounter(IProgress<EmbeddingProgress> progress, long? total)
{
    private long _completed;

    /// <summary>A counter for those who are to be told, or null for nobody.</summary>
    public static EmbeddingCounter? For(IProgress<EmbeddingProgress>? progress, long? total) =>
        progress is null ? null : new EmbeddingCounter(progress, total);

    /// <summary>Counts further texts.</summary>
    public void Add(int texts) => progress.Report(new EmbeddingProgress(Interlocked.Add(ref _completed, texts), total));
}
