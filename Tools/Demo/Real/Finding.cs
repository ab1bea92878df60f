using System.Globalization;
using QEngine.Statistics;
using QEngine.Tools.Heads;

namespace QEngine.Tools.Demo.Real;

/// <summary>What the table shows, said in sentences that are made of its figures.</summary>
internal static class Finding
{
    // Differences that chance makes less often than this are called so.
    private const double Chance = 0.05;

    /// <summary>Which way is best at which size, and where the quantum heads stand; a sentence each.</summary>
    /// <param name="ways">What was measured.</param>
    public static IReadOnlyList<string> Describe(IReadOnlyList<MeasuredWay> ways)
    {
        List<string> sentences = [$"Best NDCG@10: {Figure(Best(ways))} ({Best(ways).Row.Name}).", Sizes([.. ways.Where(IsVector)])];
        foreach (MeasuredWay quantum in ways.Where(way => way is { Head: HeadKind.Quantum, Bits: 32 }))
        {
            // Of the rivals that were trained too the best, and of those that were not.
            string[] compared = [.. ways.Where(way => IsRival(way, quantum))
                .GroupBy(way => way.Head == HeadKind.Linear).OrderByDescending(group => group.Key)
                .Select(group => Compare(quantum, Best(group)))];
            if (compared.Length > 0) sentences.Add($"{Described(quantum)}: {string.Join("; ", compared)}.");
        }
        return sentences;
    }

    private static bool IsVector(MeasuredWay way) => way.Row.BytesPerVector is not null;

    /// <summary>Classical heads whose vectors take no more room.</summary>
    private static bool IsRival(MeasuredWay way, MeasuredWay quantum) =>
        way.Head is HeadKind.Truncate or HeadKind.Pca or HeadKind.Linear && way.Row.BytesPerVector <= quantum.Row.BytesPerVector;

    /// <summary>The sizes at which more room buys more, largest first, each with its best.</summary>
    private static string Sizes(MeasuredWay[] vectors)
    {
        List<MeasuredWay> best = [];
        foreach (IGrouping<int, MeasuredWay> size in vectors.GroupBy(way => way.Row.BytesPerVector!.Value).OrderBy(size => size.Key))
        {
            MeasuredWay way = Best(size);
            if (best.Count == 0 || way.Row.Ndcg > best[^1].Row.Ndcg) best.Add(way);
        }
        best.Reverse();
        return $"By bytes a vector, where none that is smaller is as good: {string.Join(", ", best.Select(Sized))}.";
    }

    /// <summary>Where a way stands beside a rival.</summary>
    private static string Compare(MeasuredWay quantum, MeasuredWay rival)
    {
        double difference = quantum.Row.Ndcg - rival.Row.Ndcg;
        double chance = ChanceOf(quantum, rival);
        string amount = Math.Abs(difference).ToString("F3", CultureInfo.InvariantCulture);
        return chance >= Chance
            ? $"not distinguishable from {Described(rival)}, {amount} {(difference < 0 ? "less" : "more")}, p {P(chance)}"
            : $"{amount} {(difference < 0 ? "behind" : "ahead of")} {Described(rival)}, p {P(chance)}";
    }

    private static string Described(MeasuredWay way) =>
        $"{way.Row.Name} ({way.Row.BytesPerVector} bytes, {way.Row.HeadParameters} head parameters)";

    /// <summary>How often chance makes a difference as large, by a paired t-test over the queries.</summary>
    private static double ChanceOf(MeasuredWay first, MeasuredWay second)
    {
        double[] differences = [.. first.Ndcg.Zip(second.Ndcg, (one, two) => one - two)];
        if (differences.Length < 2) return 1;
        PairedTTest test = PairedTTest.Compute(differences);
        return test.P ?? 0;
    }

    private static string P(double chance) =>
        chance < 0.001 ? "< 0.001" : $"= {chance.ToString(chance < 0.1 ? "F3" : "F2", CultureInfo.InvariantCulture)}";

    private static string Sized(MeasuredWay way) => $"{Figure(way)} in {way.Row.BytesPerVector} ({way.Row.Name})";

    private static string Figure(MeasuredWay way) => way.Row.Ndcg.ToString("F3", CultureInfo.InvariantCulture);

    // Of equals the first.
    private static MeasuredWay Best(IEnumerable<MeasuredWay> ways) => ways.MaxBy(way => way.Row.Ndcg)!;
}
