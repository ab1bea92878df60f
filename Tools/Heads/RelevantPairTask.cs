using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Heads;

/// <summary>Pairs of a query and a passage that answers it: a query's passages are to be found among all that are held out.</summary>
internal sealed class RelevantPairTask : HeadTask
{
    private const int MaxQueries = 1000, Cutoff = 10;

    private readonly Vectors _vectors;
    private readonly VectorPair[][] _training;
    private readonly ulong _seed;
    private readonly int[] _queries, _passages;
    private readonly HashSet<int>[] _relevant;

    /// <summary>Splits queries; only pairs with a score above 0 count.</summary>
    /// <exception cref="QEngineException">There is no such pair.</exception>
    public RelevantPairTask(Vectors vectors, VectorPair[] pairs, double share, ulong seed)
    {
        RequirePositive(pairs);
        VectorPair[] positive = [.. pairs.Where(pair => pair.Score > 0)];
        VectorPair[][] queries = [.. positive.GroupBy(pair => pair.First).Select(group => group.ToArray())];
        (int[] training, int[] heldOut) = Split(queries.Length, Unit, share, seed);
        (_vectors, _training, _seed) = (vectors, Array.ConvertAll(training, i => queries[i]), seed);
        Examples = new RelevantPairExamples(vectors.Data, vectors.Columns, [.. _training.SelectMany(query => query)]);
        TrainingRows = Others(vectors.Rows, heldOut.SelectMany(i => queries[i]).SelectMany(pair => new[] { pair.First, pair.Second }));
        HeldOut = heldOut.Length;

        Measured = Few(queries, heldOut);
        Places places = new();
        HashSet<int> passages = [];
        (_queries, _relevant) = (new int[Measured], new HashSet<int>[Measured]);
        for (int i = 0; i < Measured; i++)
        {
            VectorPair[] own = queries[heldOut[i]];
            _queries[i] = places.Of(own[0].First);
            _relevant[i] = [.. own.Select(pair => places.Of(pair.Second))];
            passages.UnionWith(_relevant[i]);
        }
        _passages = [.. passages];
        MeasuredRows = places.Rows;
    }

    /// <summary>Requires that something is to rank first.</summary>
    /// <exception cref="QEngineException">No pair has a score above 0.</exception>
    public static void RequirePositive(VectorPair[] pairs)
    {
        if (!pairs.Any(pair => pair.Score > 0))
            throw new QEngineException($"expected pairs with a score above 0 to rank first, found none among {pairs.Length}");
    }

    public override string Unit => "queries";

    public override HeadExamples Examples { get; }

    public override int[] TrainingRows { get; }

    public override int HeldOut { get; }

    public override int Measured { get; }

    public override int[] MeasuredRows { get; }

    public override string[] Measures => HeldOut == 0 ? [] : [$"RR@{Cutoff}", $"R@{Cutoff}"];

    public override string Description =>
        $"each query over the {_passages.Length} passages of all measured queries; a passage may be a training query's too";

    public override HeadTask? CreateValidation() => _training.Length < 2
        ? null
        : new RelevantPairTask(_vectors, [.. _training.SelectMany(query => query)], ValidationShare(_training.Length), _seed);

    public override double[] Measure(HeldOutVectors queries, HeldOutVectors stored, WorkerPool workers)
    {
        EmbeddingIndex index = new(stored.Similarity, stored.Dimension, Side(stored, _passages), workers);
        // One more than counts: a query may be a passage itself, and is then passed over.
        Hit[][] hits = index.SearchAll(Side(queries, _queries), Cutoff + 1);
        double reciprocal = 0, recall = 0;
        for (int query = 0; query < _queries.Length; query++)
        {
            int rank = 0, found = 0;
            foreach (Hit hit in hits[query])
            {
                if (_passages[hit.Index] == _queries[query]) continue;
                if (++rank > Cutoff) break;
                if (!_relevant[query].Contains(_passages[hit.Index])) continue;
                if (found++ == 0) reciprocal += 1.0 / rank;
            }
            recall += (double)found / _relevant[query].Count;
        }
        return [reciprocal / Measured, recall / Measured];
    }

    /// <summary>How many of the queries go with their passages into what is measured at most; at least one, if there is one.</summary>
    private static int Few(VectorPair[][] queries, int[] heldOut)
    {
        int count = 0;
        for (int rows = 0; count < Math.Min(heldOut.Length, MaxQueries); count++)
        {
            rows += 1 + queries[heldOut[count]].Length;
            if (rows > MaxRows && count > 0) break;
        }
        return count;
    }

    private static float[] Side(HeldOutVectors vectors, int[] places)
    {
        float[] data = new float[places.Length * vectors.Dimension];
        for (int i = 0; i < places.Length; i++) vectors[places[i]].CopyTo(data.AsSpan(i * vectors.Dimension));
        return data;
    }
}
