using System.Runtime.InteropServices;

namespace QEngine.Retrieval;

/// <summary>The values of measures on a run, for each query and on average.</summary>
/// <remarks>
/// The queries are those of the judgements with at least one document of grade 1 or more, the same for every measure whatever its own
/// threshold; one that the run lacks counts 0. (trec_eval leaves out queries that the run lacks unless told <c>-c</c>; with it, and in
/// ir_measures, queries without any relevant document count too, as 0.) Queries of the run without judgements are ignored.
/// </remarks>
public sealed class Evaluation
{
    private readonly List<string> queryIds = [];
    private readonly Measure[] measures;
    private readonly List<double[]> values = [];

    private Evaluation(Measure[] measures, TiePolicy ties)
    {
        this.measures = measures;
        Ties = ties;
    }

    /// <summary>The evaluated queries, in the order of the judgements.</summary>
    public IReadOnlyList<string> QueryIds => queryIds;

    /// <summary>The measures, in the order asked for.</summary>
    public IReadOnlyList<Measure> Measures => measures;

    /// <summary>How equal scores were counted; belongs beside any printed value.</summary>
    public TiePolicy Ties { get; }

    /// <summary>The number of evaluated queries that the run lacks, which count 0.</summary>
    public int MissingQueries { get; private set; }

    /// <summary>Evaluates a run.</summary>
    /// <param name="qrels">The judgements.</param>
    /// <param name="run">What was found.</param>
    /// <param name="measures">The measures, at least one.</param>
    /// <param name="ties">How equal scores count.</param>
    /// <returns>All values.</returns>
    /// <exception cref="QEngineException">No measure, no query with a relevant document, or none of them in the run.</exception>
    public static Evaluation Of(Qrels qrels, Run run, IReadOnlyList<Measure> measures, TiePolicy ties = TiePolicy.TrecEval)
    {
        ArgumentNullException.ThrowIfNull(qrels);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(measures);
        if (measures.Count == 0) throw new QEngineException("evaluation: expected at least one measure, found none");
        Evaluation evaluation = new([.. measures], ties);
        foreach (string queryId in qrels.QueryIds) evaluation.Add(queryId, qrels.Judged(queryId), run);
        if (evaluation.queryIds.Count == 0)
            throw new QEngineException("evaluation: expected a query with a relevant document in the judgements, found none");
        if (evaluation.MissingQueries == evaluation.queryIds.Count)
        {
            throw new QEngineException(
                $"evaluation: expected queries of the judgements in the run, such as '{evaluation.queryIds[0]}', found none");
        }
        return evaluation;
    }

    /// <summary>A measure's value on one query.</summary>
    /// <param name="query">Position in <see cref="QueryIds"/>.</param>
    /// <param name="measure">Position in <see cref="Measures"/>.</param>
    /// <returns>0 to 1.</returns>
    public double Value(int query, int measure) => values[query][measure];

    /// <summary>A measure's mean over <see cref="QueryIds"/>.</summary>
    /// <param name="measure">Position in <see cref="Measures"/>.</param>
    /// <returns>0 to 1.</returns>
    public double Mean(int measure)
    {
        double sum = 0;
        foreach (double[] query in values) sum += query[measure];
        return sum / values.Count;
    }

    private void Add(string queryId, IReadOnlyDictionary<string, int> judged, Run run)
    {
        int[] ideal = [.. judged.Values];
        Array.Sort(ideal, static (left, right) => right.CompareTo(left));
        if (ideal.Length == 0 || ideal[0] < 1) return;
        ReadOnlySpan<ScoredDocument> documents = [];
        if (run.TryGet(queryId, out RankedList? list)) documents = list.AsSpan();
        else MissingQueries++;

        int[] grades = new int[documents.Length];
        List<int> groupEnds = [];
        for (int rank = 0; rank < documents.Length; rank++)
        {
            grades[rank] = judged.GetValueOrDefault(documents[rank].Id);
            bool tied = Ties == TiePolicy.Average && rank + 1 < documents.Length && documents[rank + 1].Score == documents[rank].Score;
            if (!tied) groupEnds.Add(rank + 1);
        }
        RankedGrades ranking = new(grades, CollectionsMarshal.AsSpan(groupEnds), ideal);
        double[] row = new double[measures.Length];
        for (int i = 0; i < row.Length; i++) row[i] = measures[i].Compute(ranking);
        queryIds.Add(queryId);
        values.Add(row);
    }
}
