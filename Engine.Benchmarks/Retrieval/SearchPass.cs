using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>The ten best vectors for some queries, one query at a time: as an index finds them, and by scoring every pair.</summary>
internal sealed class SearchPass
{
    /// <summary>Queries of a pass.</summary>
    internal const int Queries = 16;

    private const int Top = 10;

    private readonly int _dimension;
    private readonly float[] _queries;
    private readonly EmbeddingIndex _index;
    private readonly PairScan _pairs;
    private readonly Hit[] _hits = new Hit[Top];

    /// <summary>Takes the vectors in, and compares the first query's scores with the plain formula and the hits with each other.</summary>
    /// <param name="similarity">How vectors are compared.</param>
    /// <param name="dimension">k.</param>
    /// <param name="vectors">How many are stored.</param>
    /// <param name="workers">The threads to use.</param>
    internal SearchPass(Similarity similarity, int dimension, int vectors, WorkerPool workers)
    {
        _dimension = dimension;
        float[] rows = Draw(similarity, vectors, seed: 1);
        _queries = Draw(similarity, Queries, seed: 2);
        _index = new EmbeddingIndex(similarity, dimension, rows, workers);
        double[] scores = [.. rows.Chunk(dimension).Select(row => SimilarityOracle.Score(similarity, Query(0), row))];
        EmbeddingBlock.Keep(similarity, dimension, rows, rows);
        _pairs = new PairScan(new EmbeddingBlock(similarity, dimension, rows, 0, workers), workers);
        Verify(scores);
    }

    /// <summary>Searches the index for every query.</summary>
    internal void ByIndex()
    {
        for (int query = 0; query < Queries; query++) _index.Search(Query(query), Top, _hits);
    }

    /// <summary>Scores every pair, and keeps the best.</summary>
    internal void EveryPair()
    {
        for (int query = 0; query < Queries; query++) _pairs.Search(Query(query), _hits);
    }

    private ReadOnlySpan<float> Query(int query) => _queries.AsSpan(query * _dimension, _dimension);

    private void Verify(double[] scores)
    {
        for (int query = 0; query < Queries; query++)
        {
            _index.Search(Query(query), Top, _hits);
            Hit[] found = [.. _hits];
            _pairs.Search(Query(query), _hits);
            if (!found.AsSpan().SequenceEqual(_hits)) throw new InvalidOperationException("other hits by scoring every pair");
            if (query > 0) continue;
            Check.Close("best scores", [.. found.Select(hit => hit.Score)], [.. scores.OrderDescending().Take(Top)]);
            Check.Close("scores of hits", [.. found.Select(hit => hit.Score)], [.. found.Select(hit => scores[hit.Index])]);
        }
    }

    /// <summary>Angles as a trained model's are; vectors are what moves them, without the angle that every qubit is around.</summary>
    private float[] Draw(Similarity similarity, int rows, ulong seed)
    {
        float[] numbers = AnglesLikeTrained.Draw(rows, _dimension, seed);
        if (similarity == Similarity.Fidelity) return numbers;
        ReadOnlySpan<float> centres = AnglesLikeTrained.Centres(_dimension);
        for (int i = 0; i < numbers.Length; i++) numbers[i] -= centres[i % _dimension];
        return numbers;
    }
}
