using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>What a way to search finds of the best, and how fast.</summary>
/// <param name="Method">The way.</param>
/// <param name="Recall">Share of the best ten found, 0 to 1.</param>
/// <param name="Milliseconds">Of one query, the median of some runs over all queries.</param>
internal sealed record SearchRecall(SearchMethod Method, double Recall, double Milliseconds);

/// <summary>Measures ways to search against exact search.</summary>
internal static class RecallSurvey
{
    private const int Top = 10;

    // Queries whose scores are compared with the plain formula.
    private const int CheckedQueries = 3;

    /// <summary>The best passages of every query by exact search, fewer than ten only where there are fewer.</summary>
    /// <param name="texts">Passages and queries.</param>
    /// <param name="workers">The threads to use.</param>
    internal static Hit[][] Truth(EmbeddedTexts texts, WorkerPool workers)
    {
        Hit[][] truth = new EmbeddingSearcher(texts.Passages.Similarity, texts.Dimension, workers).SearchAll([texts.Passages], texts.Queries, Top);
        for (int query = 0; query < Math.Min(CheckedQueries, truth.Length); query++) CheckHits(texts, query, truth[query]);
        return truth;
    }

    /// <summary>Measures, one query at a time.</summary>
    /// <param name="texts">Passages and queries.</param>
    /// <param name="truth">The best passages of every query.</param>
    /// <param name="workers">The threads to use.</param>
    internal static IReadOnlyList<SearchRecall> Measure(EmbeddedTexts texts, Hit[][] truth, WorkerPool workers)
    {
        IReadOnlyList<SearchMethod> methods = SearchMethod.All(texts, workers);
        double[] recalls = [.. methods.Select(method => Recall(method, texts, truth))];
        Hit[] hits = new Hit[truth[0].Length];
        double[][] microseconds = InterleavedRuns.Measure([.. methods.Select<SearchMethod, Action>(method => () =>
        {
            for (int query = 0; query < texts.QueryCount; query++) method.Search(texts.Query(query), hits);
        })]);
        return [.. methods.Select((method, i) => new SearchRecall(method, recalls[i], microseconds[i][microseconds[i].Length / 2] / texts.QueryCount / 1000))];
    }

    /// <summary>The mean share of what is wanted that is found.</summary>
    /// <param name="wanted">For each query what is wanted, not nothing.</param>
    /// <param name="found">For each query what is found, in any order.</param>
    internal static double Recall(Hit[][] wanted, Hit[][] found) => wanted
        .Zip(found, (best, hits) => (double)best.Count(hit => hits.Any(other => other.Index == hit.Index)) / best.Length)
        .Average();

    private static double Recall(SearchMethod method, EmbeddedTexts texts, Hit[][] truth)
    {
        Hit[][] found = [.. truth.Select((best, query) =>
        {
            Hit[] hits = new Hit[best.Length];
            method.Search(texts.Query(query), hits);
            return hits;
        })];
        if (method.Rescored is null && !found.Zip(truth).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)))
            throw new InvalidOperationException($"other hits: {method.Name}");
        return Recall(truth, found);
    }

    /// <summary>The hits have the scores of the plain formula, and no other passage is better.</summary>
    private static void CheckHits(EmbeddedTexts texts, int query, Hit[] hits)
    {
        double[] scores = [.. Enumerable.Range(0, texts.Passages.Count)
            .Select(passage => SimilarityOracle.Score(texts.Passages.Similarity, texts.Query(query), texts.Passages.Slice(passage, 1)))];
        Check.Close("scores", [.. hits.Select(hit => hit.Score)], [.. scores.OrderDescending().Take(hits.Length)]);
        Check.Close("scores of hits", [.. hits.Select(hit => hit.Score)], [.. hits.Select(hit => scores[hit.Index])]);
    }
}
