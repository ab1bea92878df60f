namespace QEngine.Tests.Retrieval;

/// <summary>The measures by their definitions on a fixed order of grades, and the orders that ties allow.</summary>
internal static class MeasureOracle
{
    public static double Value(string measure, int[] ranked, int[] judged, int k)
    {
        int[] head = [.. ranked.Take(k)];
        int[] relevant = [.. Enumerable.Range(0, head.Length).Where(i => head[i] >= 1)];
        int total = judged.Count(g => g >= 1);
        return measure switch
        {
            "nDCG" => Gain(head) / Gain([.. judged.OrderDescending().Take(k)]),
            "AP" => relevant.Sum(i => head.Take(i + 1).Count(g => g >= 1) / (i + 1.0)) / total,
            "RR" => relevant.Select(i => 1 / (i + 1.0)).FirstOrDefault(),
            "P" => head.Count(g => g >= 1) / (double)k,
            "R" => head.Count(g => g >= 1) / (double)total,
            "Success" => head.Any(g => g >= 1) ? 1 : 0,
            _ => throw new ArgumentException(measure),
        };
    }

    /// <summary>Every order that keeps larger scores first, each order of a group of equal scores as often as any other.</summary>
    public static IEnumerable<int[]> Orders(int[] scores)
    {
        IEnumerable<int[]> orders = [[]];
        foreach (int score in scores.Distinct().OrderDescending())
        {
            int[] group = [.. Enumerable.Range(0, scores.Length).Where(i => scores[i] == score)];
            int[][] permutations = [.. Permutations(group)];
            orders = [.. orders.SelectMany(head => permutations.Select(tail => head.Concat(tail).ToArray()))];
        }
        return orders;
    }

    private static IEnumerable<int[]> Permutations(int[] items) =>
        items.Length == 0
            ? [[]]
            : items.SelectMany(first => Permutations([.. items.Where(i => i != first)]).Select(rest => rest.Prepend(first).ToArray()));

    private static double Gain(int[] grades) => grades.Select((g, i) => Math.Max(g, 0) / Math.Log2(i + 2)).Sum();
}
