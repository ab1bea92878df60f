using System.Text.Json.Serialization;
using QEngine.Statistics;

namespace QEngine.Tools.Experiments;

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
    [JsonIgnore]
    public int Place { get; private init; }

    /// <summary>The values, [seeds][items].</summary>
    [JsonIgnore]
    public double[][] Values { get; private init; } = [];

    /// <summary>Names of the items, or null.</summary>
    [JsonIgnore]
    public string[]? ItemNames { get; private init; }

    /// <summary>What rows are made of: the runs of every measure; measures that are no means over items have none.</summary>
    public static MeasuredRuns[] Measured(IReadOnlyList<CellResult> cells)
    {
        var measured =
            from cell in cells
            from test in cell.Tests
            from measure in test.Measures.Keys.Select((name, place) => (Name: name, Place: place))
            where test.Values.ContainsKey(measure.Name)
            select (Cell: cell, Test: test, Measure: measure);
        return
        [
            .. measured
                .GroupBy(one => (
                    one.Test.Test, one.Measure, one.Test.Bits, one.Cell.Backbone, one.Cell.Model, one.Cell.Size, one.Cell.Fraction))
                .Select(group => new MeasuredRuns(
                    group.Key.Measure.Name,
                    group.Key.Measure.Place,
                    [.. group.OrderBy(one => one.Cell.Seed).Select(one => (one.Cell, one.Test))])),
        ];
    }

    /// <summary>The row of a measure.</summary>
    /// <exception cref="QEngineException">Its cells are of other items.</exception>
    public static SummaryRow Of(MeasuredRuns measured)
    {
        (string measure, int place, (CellResult Cell, CellTestResult Test)[] runs) = measured;
        (CellResult cell, CellTestResult test) = runs[0];
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

/// <summary>The runs of a measure, by their seeds.</summary>
/// <param name="Measure">Its name.</param>
/// <param name="Place">Its place among those of its test.</param>
/// <param name="Runs">Cells with their test.</param>
internal sealed record MeasuredRuns(string Measure, int Place, (CellResult Cell, CellTestResult Test)[] Runs);
