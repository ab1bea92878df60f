using QEngine.Retrieval;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;
using QEngine.Tools.Training;

namespace QEngine.Tools.Experiments;

/// <summary>
/// A test of training queries that no cell trains on, to choose settings by: each query over the passages of all of them, its positives
/// relevant. The same queries whatever the seed, so that seeds can be compared.
/// </summary>
internal static class DevelopmentTest
{
    /// <summary>Its name in results.</summary>
    public const string Name = "development";

    private const ulong SplitSeed = 0;

    private static readonly string[] Measures = ["nDCG@10", "RR@10"];

    /// <summary>Takes the rows of a share of the queries out.</summary>
    public static TrainingRows TakeOut(TrainingRows rows, double share) => rows.TakeOut(share, SplitSeed);

    /// <summary>The test of rows that were taken out.</summary>
    public static CellTest From(TrainingRows rows)
    {
        Dictionary<string, string> queries = new(StringComparer.Ordinal), passages = new(StringComparer.Ordinal);
        Qrels judgements = new();
        foreach (TrainingRow row in rows.Rows)
        {
            judgements.TryAdd(Id(queries, "q", row.Query), Id(passages, "p", row.Positive), 1);
            foreach (string negative in row.Negatives) Id(passages, "p", negative);
        }
        JudgedQueries judged = new([.. queries.Select(query => new IdText(query.Value, query.Key))], judgements);
        TextSource texts = new(Name, () => passages.Select(passage => new IdText(passage.Value, passage.Key)));
        return new RankingCellTest(Name, Measures, new RankingTask(judged, texts, JudgedOnly: false, null, IgnoreIdenticalIds: false));
    }

    private static string Id(Dictionary<string, string> ids, string letter, string text)
    {
        if (!ids.TryGetValue(text, out string? id)) ids.Add(text, id = $"{letter}{ids.Count}");
        return id;
    }
}
