using System.Globalization;
using System.Text.Json.Serialization;
using QEngine.Statistics;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>Two models compared on the same items with the same seeds.</summary>
/// <param name="Test">Name of the test.</param>
/// <param name="Measure">Name of the measure.</param>
/// <param name="Bits">Bits of a number.</param>
/// <param name="Backbone">The encoder.</param>
/// <param name="Size">k of the first model.</param>
/// <param name="Fraction">Share of the training queries of the first model.</param>
/// <param name="First">The model in question.</param>
/// <param name="Second">What it is compared with.</param>
/// <param name="Seeds">Seeds that both have.</param>
/// <param name="Items">Items, queries or pairs.</param>
/// <param name="Difference">Mean of the first less that of the second.</param>
/// <param name="Low">Lower end of its 95 % interval, over seeds and items.</param>
/// <param name="High">Upper end.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="DegreesOfFreedom">Of the standard error.</param>
/// <param name="P">Two-sided p-value; null where it is not defined.</param>
/// <param name="PCorrected">The same after Holm's correction over the comparisons of the test in these bits.</param>
/// <param name="PSignFlips">
/// Fisher's randomisation test over the items, of means over the seeds: for these seeds alone, uncorrected.
/// </param>
/// <param name="EffectSize">Cohen's d for pairs, over the items; null where all differences are the same.</param>
/// <param name="MinimumDetectable">The difference that such a design finds with a probability of 0.8.</param>
/// <param name="Wins">Items on which the first is better, on the mean of the seeds.</param>
/// <param name="Losses">Items on which the second is.</param>
/// <param name="Ties">Items on which they are equal.</param>
internal sealed record SummaryComparison(
    string Test,
    string Measure,
    int Bits,
    string Backbone,
    int Size,
    double Fraction,
    string First,
    string Second,
    int Seeds,
    int Items,
    double Difference,
    double Low,
    double High,
    double StandardError,
    double DegreesOfFreedom,
    double? P,
    double? PCorrected,
    double PSignFlips,
    double? EffectSize,
    double MinimumDetectable,
    int Wins,
    int Losses,
    int Ties)
{
    /// <summary>The level of the verdict.</summary>
    public const double Level = 0.05;

    private const ulong DrawSeed = 43;

    // As much as a hundredth.
    private const double Points = 100;

    /// <summary>Comparisons of the test in these bits, over which p-values are corrected.</summary>
    public int Tests { get; private init; } = 1;

    /// <summary>Whether a difference is shown: the corrected p-value is below 0.05.</summary>
    public bool Shown => PCorrected < Level;

    /// <summary>The comparison in words.</summary>
    public string Sentence
    {
        get
        {
            string difference = Math.Abs(Points * Difference).ToString("F1", CultureInfo.InvariantCulture);
            string relation = difference == "0.0" ? "0.0 points from" : $"{difference} points {(Difference > 0 ? "above" : "below")}";
            string share = Fraction < 1 ? string.Create(CultureInfo.InvariantCulture, $", {100 * Fraction:G4} % of the rows") : "";
            string bits = Bits < 32 ? $" of {Plural.Format(Bits, "bit")}" : "";
            string number = string.Create(
                CultureInfo.InvariantCulture, $"95 % interval {Points * Low:F1} to {Points * High:F1}");
            return $"{First} is {relation} {Second} ({Test} {Measure}, {Backbone}, k = {Size}{bits}{share}; "
                + $"{Plural.Format(Seeds, "seed")}, {Items} items), {number}: {Verdict}";
        }
    }

    /// <summary>Every item's difference, on the mean of the seeds.</summary>
    [JsonIgnore]
    public double[] ItemDifferences { get; private init; } = [];

    /// <summary>Names of the items, or null.</summary>
    [JsonIgnore]
    public string[]? ItemNames { get; private init; }

    private string Verdict
    {
        get
        {
            if (PCorrected < 1e-4) return "a difference is shown (p < 0.0001)";
            if (Shown) return string.Create(CultureInfo.InvariantCulture, $"a difference is shown (p = {PCorrected:F4})");
            if (P < Level) return $"no difference shown after Holm's correction over {Plural.Format(Tests, "comparison")}";
            return "no difference shown";
        }
    }

    /// <summary>Compares two rows on the seeds that both have; null where there is none.</summary>
    /// <exception cref="QEngineException">They are of other items.</exception>
    public static SummaryComparison? Between(SummaryRow first, SummaryRow second)
    {
        ulong[] seeds = [.. first.Seeds.Intersect(second.Seeds)];
        if (seeds.Length == 0) return null;
        if (first.Items != second.Items || !(first.ItemNames ?? []).SequenceEqual(second.ItemNames ?? []))
            throw new QEngineException($"expected the same items of {first.Model} and {second.Model} in test {first.Test}, found others");
        double[][] ones = [.. seeds.Select(seed => Of(first, seed))], others = [.. seeds.Select(seed => Of(second, seed))];
        double[][] differences = [.. ones.Zip(others, (one, other) => one.Zip(other, (a, b) => a - b).ToArray())];
        CrossedMean mean = CrossedMean.Compute(differences, new SplittableRandom(DrawSeed));
        PairedComparison items = PairedComparison.Compute(mean.ItemMeans, new double[mean.ItemMeans.Length], DrawSeed);
        return new SummaryComparison(
            first.Test, first.Measure, first.Bits, first.Backbone, first.Size, first.Fraction, first.Model, second.Model, seeds.Length,
            first.Items, mean.Mean, mean.Interval.Low, mean.Interval.High, mean.StandardError, mean.DegreesOfFreedom, mean.P, null,
            items.SignFlips.P, items.EffectSize, mean.MinimumDetectable, items.Wins, items.Losses, items.Ties)
        {
            ItemDifferences = mean.ItemMeans,
            ItemNames = first.ItemNames,
        };
    }

    /// <summary>Corrects the p-values of a table; one that is not defined is no test.</summary>
    public static IEnumerable<SummaryComparison> Correct(IEnumerable<SummaryComparison> table)
    {
        SummaryComparison[] all = [.. table];
        Queue<double> corrected = new(Holm.Correct([.. all.Where(one => one.P is not null).Select(one => one.P!.Value)]));
        int tests = corrected.Count;
        foreach (SummaryComparison one in all)
            yield return one.P is null ? one : one with { PCorrected = corrected.Dequeue(), Tests = tests };
    }

    private static double[] Of(SummaryRow row, ulong seed) => row.Values[Array.IndexOf(row.Seeds, seed)];
}
