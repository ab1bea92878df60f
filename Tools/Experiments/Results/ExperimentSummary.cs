using System.Diagnostics;
using System.Runtime.ExceptionServices;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>What the cells of an experiment come to: means with their seeds, and comparisons.</summary>
/// <param name="Experiment">Its name.</param>
/// <param name="Description">What it asks.</param>
/// <param name="Cells">Cells that are done.</param>
/// <param name="Rows">A model's measure over its seeds: one for every test, measure, bits, encoder, size and share.</param>
/// <param name="Comparisons">The pairs of the experiment, by the first measure of every test.</param>
internal sealed record ExperimentSummary(
    string Experiment, string Description, int Cells, SummaryRow[] Rows, SummaryComparison[] Comparisons)
{
    /// <summary>Summarises cells.</summary>
    /// <param name="experiment">The experiment, for the order of its models and the comparisons it declares.</param>
    /// <param name="cells">Cells that are done.</param>
    /// <param name="session">Threads and progress.</param>
    /// <exception cref="QEngineException">Cells of one test are of other items.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public static ExperimentSummary Compute(Experiment experiment, IReadOnlyList<CellResult> cells, Session session)
    {
        SummaryRow[] rows =
        [
            .. Map("means", SummaryRow.Measured(cells), SummaryRow.Of, session)
                .OrderBy(row => (uint)Array.FindIndex(experiment.Tests, test => test.Name == row.Test)).ThenBy(row => row.Place)
                .ThenByDescending(row => row.Bits)
                .ThenBy(row => Array.FindIndex(experiment.Backbones, backbone => backbone.Name == row.Backbone))
                .ThenByDescending(row => row.Fraction).ThenByDescending(row => row.Size)
                .ThenBy(row => Array.FindIndex(experiment.Models, model => model.Name == row.Model)),
        ];
        List<SummaryComparison> comparisons = [];
        // One table is one test in one number of bits; chance is kept in check over each.
        foreach (var table in rows.Where(row => row.Place == 0).GroupBy(row => (row.Test, row.Bits)))
        {
            (SummaryRow First, SummaryRow Second)[] pairs = [.. Pairs(experiment, [.. table])];
            SummaryComparison?[] compared = Map(
                $"comparisons of {table.Key.Test}", pairs, pair => SummaryComparison.Between(pair.First, pair.Second), session);
            comparisons.AddRange(SummaryComparison.Correct(compared.OfType<SummaryComparison>()));
        }
        return new ExperimentSummary(experiment.Name, experiment.Description, cells.Count, rows, [.. comparisons]);
    }

    // Resampling is most of the work.
    private static TTo[] Map<TFrom, TTo>(string what, TFrom[] items, Func<TFrom, TTo> map, Session session)
    {
        TTo[] made = new TTo[items.Length];
        Stopwatch clock = Stopwatch.StartNew();
        Lock reporting = new();
        int done = 0;
        ParallelOptions options = new() { MaxDegreeOfParallelism = session.Threads, CancellationToken = Session.Cancellation };
        try
        {
            Parallel.For(0, items.Length, options, i =>
            {
                made[i] = map(items[i]);
                lock (reporting)
                {
                    double share = ++done / (double)items.Length;
                    if (share < 1) session.Progress.Report("summary", share, clock.Elapsed, what);
                }
            });
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
        session.Progress.EndLine();
        return made;
    }

    private static IEnumerable<(SummaryRow First, SummaryRow Second)> Pairs(Experiment experiment, SummaryRow[] table)
    {
        foreach (ExperimentComparison pair in experiment.Comparisons)
        {
            foreach (SummaryRow first in table.Where(row => row.Model == pair.First))
            {
                SummaryRow[] others =
                    [.. table.Where(row => row.Model == pair.Second && row.Backbone == first.Backbone && Fits(row, first, experiment))];
                if (others.Length == 1) yield return (first, others[0]);
            }
        }
    }

    // Of the same size and share of the rows, where the other has sizes and shares.
    private static bool Fits(SummaryRow row, SummaryRow first, Experiment experiment)
    {
        ExperimentModel model = experiment.Models.First(model => model.Name == row.Model);
        return (model.KeepsWidth || row.Size == first.Size) && (!model.Learns || row.Fraction == first.Fraction);
    }
}
