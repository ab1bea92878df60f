namespace QEngine.Text;

/// <summary>How far the training of a vocabulary is.</summary>
/// <param name="Completed">Pieces found.</param>
/// <param name="Total">Pieces wanted; fewer result where no further pair is frequent enough.</param>
public readonly record struct VocabularyProgress(int Completed, int Total);
