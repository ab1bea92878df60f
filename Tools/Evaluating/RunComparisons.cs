using System.Diagnostics;
using QEngine.Retrieval;
using QEngine.Statistics;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Evaluating;

/// <summary>A measure of a run beside the baseline's, with p-values corrected over all comparisons of the command.</summary>
/// <param name="Values">The comparison.</param>
/// <param name="TTestCorrected">The t-test's p after Holm's correction; null where it is not defined.</param>
/// <param name="SignFlipsCorrected">The randomisation test's p after Holm's correction.</param>
internal sealed record CorrectedComparison(MeasureComparison Values, double? TTestCorrected, double SignFlipsCorrected)
{
    /// <summary>The level of the verdict.</summary>
    public const double Level = 0.05;

    /// <summary>Whether chance is an unlikely explanation of the difference.</summary>
    public bool Significant => SignFlipsCorrected < Level;
}

/// <summary>A run compared with the baseline.</summary>
/// <param name="Run">The run.</param>
/// <param name="Pairs">The queries that both have.</param>
/// <param name="Measures">The comparisons, counts left out.</param>
internal sealed record ComparedRun(ScoredRun Run, PairedEvaluations Pairs, IReadOnlyList<CorrectedComparison> Measures);

/// <summary>Runs compared with a baseline.</summary>
/// <param name="Baseline">What the runs are compared with.</param>
/// <param name="Runs">The runs.</param>
/// <param name="Tests">Comparisons in all, over which p-values are corrected.</param>
/// <param name="Seed">Seed of sign flips and bootstrap.</param>
internal sealed record RunComparisons(ScoredRun Baseline, IReadOnlyList<ComparedRun> Runs, int Tests, ulong Seed)
{
    /// <summary>Compares each run with the baseline by every measure that is no count.</summary>
    /// <exception cref="QEngineException">A run shares fewer than two judged queries with the baseline.</exception>
    public static RunComparisons Compute(Session session, IReadOnlyList<ScoredRun> runs, ScoredRun baseline)
    {
        IReadOnlyList<Measure> measures = baseline.Evaluation.Measures;
        int[] compared = [.. Enumerable.Range(0, measures.Count).Where(i => !measures[i].IsCount)];
        PairedEvaluations[] pairs = [.. runs.Select(run => Pair(run, baseline))];
        List<MeasureComparison> all = [];
        int tests = runs.Count * compared.Length;
        Stopwatch clock = Stopwatch.StartNew();
        foreach (PairedEvaluations pair in pairs)
        {
            foreach (int measure in compared)
            {
                Session.Cancellation.ThrowIfCancellationRequested();
                session.Progress.Report("comparisons", (double)all.Count / tests, clock.Elapsed, measures[measure].ToString());
                all.Add(pair.Compare(measure, session.Seed));
            }
        }
        session.Progress.EndLine();
        CorrectedComparison[] corrected = Correct(all);
        ComparedRun Result(int run) => new(runs[run], pairs[run], corrected[(run * compared.Length)..((run + 1) * compared.Length)]);
        ComparedRun[] results = [.. Enumerable.Range(0, runs.Count).Select(Result)];
        return new RunComparisons(baseline, results, tests, session.Seed);
    }

    private static PairedEvaluations Pair(ScoredRun run, ScoredRun baseline)
    {
        try
        {
            return new PairedEvaluations(run.Evaluation, baseline.Evaluation);
        }
        catch (QEngineException wrong)
        {
            throw new QEngineException($"{wrong.Message}: {run.Path} and {baseline.Path}", wrong);
        }
    }

    private static CorrectedComparison[] Correct(IReadOnlyList<MeasureComparison> all)
    {
        double[] signFlips = Holm.Correct([.. all.Select(one => one.Queries.SignFlips.P)]);
        // A t-test that is not defined is no test.
        Queue<double> tTests = new(
            Holm.Correct([.. all.Where(one => one.Queries.TTest.P is not null).Select(one => one.Queries.TTest.P!.Value)]));
        double? Next(MeasureComparison one) => one.Queries.TTest.P is null ? null : tTests.Dequeue();
        return [.. all.Select((one, i) => new CorrectedComparison(one, Next(one), signFlips[i]))];
    }
}
