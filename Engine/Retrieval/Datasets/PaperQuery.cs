namespace QEngine.Retrieval;

/// <summary>A query of the paper's files: with passages for training, or with judged ones for evaluation.</summary>
/// <param name="Id">The query's id.</param>
/// <param name="Text">The query, as it is written.</param>
/// <param name="Positives">Ids of relevant passages, <c>pos</c>.</param>
/// <param name="HardNegatives">Ids of passages that only look relevant, <c>hard_neg</c>.</param>
/// <param name="Judgements">Judged passages and their grades, <c>qrels</c>.</param>
internal sealed record PaperQuery(
    string Id,
    string Text,
    IReadOnlyList<string> Positives,
    IReadOnlyList<string> HardNegatives,
    IReadOnlyList<(string PassageId, int Grade)> Judgements);
