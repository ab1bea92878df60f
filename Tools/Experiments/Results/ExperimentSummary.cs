using QEngine.Statistics;

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
    /// <exception cref="QEngineException">Cells of one test are of other items.</exception>
    public static ExperimentSummary Compute(Experiment experiment, IReadOnlyList<CellResult> cells)
    {
        SummaryRow[] rows =
        [
            .. SummaryRow.Of(cells)
                .OrderBy(row => (uint)Array.FindIndex(experiment.Tests, test => test.Name == row.Test)).ThenBy(row => row.Place)
                .ThenByDescending(row => row.Bits)
                .ThenBy(row => Array.FindIndex(experiment.Backbones, backbone => backbone.Name == row.Backbone))
                .ThenByDescending(row => row.Fraction).ThenByDescending(row => row.Size)
                .ThenBy(row => Array.FindIndex(experiment.Models, model => model.Name == row.Model)),
        ];
        List<SummaryComparison> comparisons = [];
        // One table is one test in one number of bits; chance is kept in check over each.
        foreach (var table in rows.Where(row => row.Place == 0).GroupBy(row => (row.Test, row.Bits)))
            comparisons.AddRange(SummaryComparison.Correct(Compare(experiment, [.. table])));
        return new ExperimentSummary(experiment.Name, experiment.Description, cells.Count, rows, [.. comparisons]);
    }

    private static IEnumerable<SummaryComparison> Compare(Experiment experiment, SummaryRow[] table)
    {
        foreach (ExperimentComparison pair in experiment.Comparisons)
        {
            foreach (SummaryRow first in table.Where(row => row.Model == pair.First))
            {
                SummaryRow[] others =
                    [.. table.Where(row => row.Model == pair.Second && row.Backbone == first.Backbone && Fits(row, first, experiment))];
                if (others.Length == 1 && SummaryComparison.Between(first, others[0]) is { } comparison) yield return comparison;
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

/// <summary>A measure of a model over its seeds.</summary>
/// <param name="Test">Name of the test.</param>
/// <param name="Measure">Name of the measure.</param>
/// <param name="Bits">Bits of a number.</param>
/// <param name="Backbone">The encoder.</param>
/// <param name="Model">The model.</param>
/// <param name="Size">k.</param>
/// <param name="Fraction">Share of the training queries.</param>
/// <param name="BytesPerVector">Bytes of a vector.</param>
/// <param name="HeadParameters">Numbers of the head.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="BySeed">Each one's value.</param>
/// <param name="Items">How many items, queries or pairs.</param>
/// <param name="Mean">The mean of the seeds.</param>
/// <param name="Deviation">Standard deviation over the seeds; null for one.</param>
/// <param name="Low">Lower end of the 95 % interval, over seeds and items.</param>
/// <param name="High">Upper end.</param>
internal sealed record SummaryRow(
    string Test,
    string Measure,
    int Bits,
    string Backbone,
    string Model,
    int Size,
    double Fraction,
    int BytesPerVector,
    int HeadParameters,
    ulong[] Seeds,
    double[] BySeed,
    int Items,
    double Mean,
    double? Deviation,
    double Low,
    double High)
{
    private const ulong DrawSeed = 42;

    /// <summary>Place of the measure among those of its test; comparisons take the first.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Place { get; private init; }

    /// <summary>The values, [seeds][items].</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double[][] Values { get; private init; } = [];

    /// <summary>Names of the items, or null.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string[]? ItemNames { get; private init; }

    /// <summary>The rows of some cells; measures that are no means over items have none.</summary>
    /// <exception cref="QEngineException">Cells of one test are of other items.</exception>
    public static IEnumerable<SummaryRow> Of(IReadOnlyList<CellResult> cells)
    {
        var measured =
            from cell in cells
            from test in cell.Tests
            from measure in test.Measures.Keys.Select((name, place) => (Name: name, Place: place))
            where test.Values.ContainsKey(measure.Name)
            select (Cell: cell, Test: test, Measure: measure);
        return measured
            .GroupBy(one => (
                one.Test.Test, one.Measure, one.Test.Bits, one.Cell.Backbone, one.Cell.Model, one.Cell.Size, one.Cell.Fraction))
            .Select(group => Of(group.Key.Measure.Name, group.Key.Measure.Place, [.. group.Select(one => (one.Cell, one.Test))]));
    }

    private static SummaryRow Of(string measure, int place, (CellResult Cell, CellTestResult Test)[] runs)
    {
        (CellResult cell, CellTestResult test) = runs[0];
        Array.Sort(runs, (one, other) => one.Cell.Seed.CompareTo(other.Cell.Seed));
        double[][] values = [.. runs.Select(run => run.Test.Values[measure])];
        foreach ((CellResult other, CellTestResult result) in runs)
        {
            bool same = result.Items is null ? test.Items is null : test.Items is not null && result.Items.SequenceEqual(test.Items);
            if (!same || result.Values[measure].Length != values[0].Length)
                throw new QEngineException($"expected the items of {cell.Key} in test {test.Test} of {other.Key}, found others");
        }
        CrossedMean mean = CrossedMean.Compute(values, new SplittableRandom(DrawSeed));
        return new SummaryRow(
            test.Test, measure, test.Bits, cell.Backbone, cell.Model, cell.Size, cell.Fraction, test.BytesPerVector, cell.Parameters.Head,
            [.. runs.Select(run => run.Cell.Seed)], mean.RunMeans, values[0].Length, mean.Mean, mean.RunDeviation, mean.Interval.Low,
            mean.Interval.High)
        {
            Place = place,
            Values = values,
            ItemNames = test.Items,
        };
    }
}
