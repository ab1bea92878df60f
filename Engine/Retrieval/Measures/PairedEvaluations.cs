using QEngine.Statistics;

namespace QEngine.Retrieval;

/// <summary>One measure of two runs on the queries that both were evaluated on.</summary>
/// <param name="Measure">The measure.</param>
/// <param name="Run">Mean of the run.</param>
/// <param name="Baseline">Mean of the run that it is compared with.</param>
/// <param name="Queries">The comparison query by query; positive where the run is better.</param>
public sealed record MeasureComparison(Measure Measure, double Run, double Baseline, PairedComparison Queries);

/// <summary>Two evaluations by the same measures, query by query.</summary>
public sealed class PairedEvaluations
{
    private readonly Evaluation _run, _baseline;

    // Positions of the shared queries in either evaluation.
    private readonly List<(int Run, int Baseline)> _pairs = [];

    /// <summary>Pairs the queries that both evaluations have.</summary>
    /// <param name="run">The evaluation of a run.</param>
    /// <param name="baseline">The evaluation it is compared with.</param>
    /// <exception cref="QEngineException">Other measures or options, or fewer than two queries in common.</exception>
    public PairedEvaluations(Evaluation run, Evaluation baseline)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(baseline);
        _run = run;
        _baseline = baseline;
        bool same = run.Options == baseline.Options && run.Measures.Count == baseline.Measures.Count;
        for (int i = 0; same && i < run.Measures.Count; i++) same = run.Measures[i] == baseline.Measures[i];
        if (!same) throw new QEngineException("comparison: expected two evaluations by the same measures and options, found others");
        Dictionary<string, int> positions = new(StringComparer.Ordinal);
        for (int i = 0; i < baseline.QueryIds.Count; i++) positions.Add(baseline.QueryIds[i], i);
        for (int i = 0; i < run.QueryIds.Count; i++)
        {
            if (positions.TryGetValue(run.QueryIds[i], out int position)) _pairs.Add((i, position));
        }
        if (_pairs.Count < 2)
            throw new QEngineException($"comparison: expected at least 2 judged queries in both runs, found {_pairs.Count}");
    }

    /// <summary>The number of queries that both evaluations have, those compared.</summary>
    public int QueryCount => _pairs.Count;

    /// <summary>The number of queries that only one of the evaluations has.</summary>
    public int UnpairedQueries => _run.QueryIds.Count + _baseline.QueryIds.Count - (2 * _pairs.Count);

    /// <summary>The differences by one measure, run less baseline, in the order of the run's queries.</summary>
    /// <param name="measure">Position in <see cref="Evaluation.Measures"/>.</param>
    internal double[] Differences(int measure)
    {
        double[] differences = new double[_pairs.Count];
        for (int i = 0; i < differences.Length; i++)
            differences[i] = _run.Value(_pairs[i].Run, measure) - _baseline.Value(_pairs[i].Baseline, measure);
        return differences;
    }

    /// <summary>Compares by one measure.</summary>
    /// <param name="measure">Position in <see cref="Evaluation.Measures"/>.</param>
    /// <param name="seed">Seed of what is random in it; the result does not depend on which other measures are compared.</param>
    /// <returns>The comparison.</returns>
    public MeasureComparison Compare(int measure, ulong seed)
    {
        double[] left = new double[_pairs.Count], right = new double[_pairs.Count];
        double leftSum = 0, rightSum = 0;
        for (int i = 0; i < _pairs.Count; i++)
        {
            leftSum += left[i] = _run.Value(_pairs[i].Run, measure);
            rightSum += right[i] = _baseline.Value(_pairs[i].Baseline, measure);
        }
        return new MeasureComparison(
            _run.Measures[measure], leftSum / _pairs.Count, rightSum / _pairs.Count, PairedComparison.Compute(left, right, seed));
    }
}
