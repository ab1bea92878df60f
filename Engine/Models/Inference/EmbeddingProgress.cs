namespace QEngine.Models;

/// <summary>How far embedding is. Reports come from several threads, so one may overtake another that has a smaller number.</summary>
/// <param name="Completed">Texts done.</param>
/// <param name="Total">All texts; null where that is not known.</param>
public readonly record struct EmbeddingProgress(long Completed, long? Total);
