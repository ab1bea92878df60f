using System.Runtime.InteropServices;

namespace QEngine.Retrieval;

/// <summary>The values of measures on a run, for each query and on average.</summary>
/// <remarks>
/// The queries are those of the judgements that the run has too or, with <see cref="EvaluationOptions.Complete"/>, all of the judgements;
/// also one without any relevant document, which is worth 0. Queries of the run without judgements are ignored.
/// </remarks>
public sealed class Evaluation
{
    private readonly List<string> _queryIds = [];
    private readonly Measure[] _measures;
    private readonly List<double[]> _values = [];

    // One query's, used again for the next.
    private readonly List<int> _grades = [], _groupEnds = [];

    private Evaluation(Measure[] measures, EvaluationOptions options)
    {
        _measures = measures;
        Options = options;
    }

    /// <summary>The evaluated queries, in trec_eval's order: that of the ids' UTF-8 bytes.</summary>
    public IReadOnlyList<string> QueryIds => _queryIds;

    /// <summary>The measures, in the order asked for.</summary>
    public IReadOnlyList<Measure> Measures => _measures;

    /// <summary>How the run was evaluated; belongs beside any printed value.</summary>
    public EvaluationOptions Options { get; }

    /// <summary>The number of judged queries that the run lacks: evaluated only if the evaluation is complete.</summary>
    public int MissingQueries { get; private set; }

    /// <summary>The number of queries of the run without judgements, which are ignored.</summary>
    public int UnjudgedQueries { get; private set; }

    /// <summary>Evaluates a run.</summary>
    /// <param name="qrels">The judgements.</param>
    /// <param name="run">What was found.</param>
    /// <param name="measures">The measures, at least one.</param>
    /// <param name="options">How equal scores, missing queries, documents without a judgement and hits of the query itself count.</param>
    /// <returns>All values.</returns>
    /// <exception cref="ArgumentException">There is no measure, or null among them.</exception>
    /// <exception cref="QEngineException">There are no judgements, or no query that has judgements and is in the run.</exception>
    public static Evaluation Compute(Qrels qrels, Run run, IReadOnlyList<Measure> measures, EvaluationOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(qrels);
        ArgumentNullException.ThrowIfNull(run);
        Require.Items(measures);
        if (measures.Count == 0) throw new ArgumentException("expected at least one measure, found none", nameof(measures));
        if (qrels.QueryIds.Count == 0) throw new QEngineException("evaluation: expected judgements, found none");
        Evaluation evaluation = new([.. measures], options);
        string[] queryIds = [.. qrels.QueryIds];
        // Sums are taken in trec_eval's order, so that means have its last bits, on which the last decimal may depend.
        Array.Sort(queryIds, ByteOrder.Compare);
        foreach (string queryId in queryIds)
        {
            bool found = run.TryGet(queryId, out RankedList? list);
            if (!found) evaluation.MissingQueries++;
            if (found || options.Complete) evaluation.Add(queryId, qrels.Judged(queryId), found ? list!.AsSpan() : []);
        }
        int shared = queryIds.Length - evaluation.MissingQueries;
        if (shared == 0)
        {
            throw new QEngineException(
                $"evaluation: expected queries of the judgements in the run, such as '{queryIds[0]}', found none");
        }
        evaluation.UnjudgedQueries = run.QueryIds.Count - shared;
        return evaluation;
    }

    /// <summary>A measure's value on one query.</summary>
    /// <param name="query">Position in <see cref="QueryIds"/>.</param>
    /// <param name="measure">Position in <see cref="Measures"/>.</param>
    /// <returns>0 to 1, or a count.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such query or measure.</exception>
    public double Value(int query, int measure)
    {
        Require.Index(query, _values.Count);
        Require.Index(measure, _measures.Length);
        return _values[query][measure];
    }

    /// <summary>A measure over <see cref="QueryIds"/>: its mean or, of a count, the sum.</summary>
    /// <param name="measure">Position in <see cref="Measures"/>.</param>
    /// <returns>0 to 1, or a count.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such measure.</exception>
    public double Summary(int measure)
    {
        Require.Index(measure, _measures.Length);
        double sum = 0;
        foreach (double[] query in _values) sum += query[measure];
        return _measures[measure].IsCount ? sum : sum / _values.Count;
    }

    private void Add(string queryId, IReadOnlyDictionary<string, int> judged, ReadOnlySpan<ScoredDocument> documents)
    {
        int[] ideal = [.. judged.Values];
        Array.Sort(ideal, static (left, right) => right.CompareTo(left));
        Grade(queryId, judged, documents);
        RankedGrades ranking = new(CollectionsMarshal.AsSpan(_grades), CollectionsMarshal.AsSpan(_groupEnds), ideal);
        double[] row = new double[_measures.Length];
        for (int i = 0; i < row.Length; i++) row[i] = _measures[i].Compute(ranking);
        _queryIds.Add(queryId);
        _values.Add(row);
    }

    private void Grade(string queryId, IReadOnlyDictionary<string, int> judged, ReadOnlySpan<ScoredDocument> documents)
    {
        _grades.Clear();
        _groupEnds.Clear();
        float last = 0;
        foreach (ScoredDocument document in documents)
        {
            if (Options.IgnoreIdenticalIds && document.Id == queryId) continue;
            // No judged grade may pass for the absence of one.
            int grade = judged.TryGetValue(document.Id, out int value) ? Math.Max(value, RankedGrades.Unjudged + 1) : RankedGrades.Unjudged;
            if (Options.JudgedOnly && grade < 0) continue;
            bool tied = Options.Ties == TiePolicy.Average && document.Score == last;
            if (_grades.Count > 0 && !tied) _groupEnds.Add(_grades.Count);
            _grades.Add(grade);
            last = document.Score;
        }
        if (_grades.Count > 0) _groupEnds.Add(_grades.Count);
    }
}
