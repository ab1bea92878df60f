namespace QEngine.Tools.Training;

/// <summary>One example as text.</summary>
/// <param name="Query">The query, or the first text of a pair.</param>
/// <param name="Positive">What answers it, or the second text.</param>
/// <param name="Negatives">What does not, perhaps nothing.</param>
/// <param name="Targets">A teacher's scores of the positive and the negatives, or null.</param>
internal sealed record TrainingRow(string Query, string Positive, IReadOnlyList<string> Negatives, float[]? Targets);
