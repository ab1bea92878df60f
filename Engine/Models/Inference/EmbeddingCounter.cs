namespace QEngine.Models;

/// <summary>Adds up the texts that threads have done, over any number of calls, and reports the sum.</summary>
/// <param name="progress">Is told of it.</param>
/// <param name="total">All texts; null where that is not known.</param>
internal sealed class EmbeddingCounter(IProgress<EmbeddingProgress> progress, long? total)
{
    private long _completed;

    /// <summary>A counter for those who are to be told, or null for nobody.</summary>
    public static EmbeddingCounter? Create(IProgress<EmbeddingProgress>? progress, long? total) =>
        progress is null ? null : new EmbeddingCounter(progress, total);

    /// <summary>Counts further texts.</summary>
    public void Add(int texts) => progress.Report(new EmbeddingProgress(Interlocked.Add(ref _completed, texts), total));
}
