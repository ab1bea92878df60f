namespace QEngine.Tests.Oracles;

/// <summary>
/// The measures by their definitions on a fixed order of documents, and the orders that ties allow. A document without a judgement has
/// the grade null.
/// </summary>
internal static class MeasureOracle
{
    /// <summary>Every measure, "@k" where it takes a cutoff. Counts last.</summary>
    public static readonly string[] Names =
    [
        "nDCG@k", "nDCG(dcg='exp-log2')@k", "AP@k", "AP(rel=2)@k", "RR@k", "P@k", "R@k", "Success@k", "Rprec", "Bpref", "Bpref(rel=2)",
        "RBP(p=0.8)@k", "RBP(p=0.5,rel=2)@k", "SetP", "SetR", "RBPResidual(p=0.8)@k", "Judged@k", "NumQ", "NumRet", "NumRel", "NumRelRet(rel=2)",
    ];

    /// <summary>How many of <see cref="Names"/> say how good a ranking is.</summary>
    public const int Qualities = 15;

    /// <summary>How many of <see cref="Names"/> lie between 0 and 1.</summary>
    public const int Shares = 17;

    public static double Value(string measure, int?[] ranked, int[] judged, int k)
    {
        int rel = measure.Contains("rel=2") ? 2 : 1;
        double p = measure.Contains("0.5") ? 0.5 : 0.8;
        int?[] head = [.. ranked.Take(k)];
        int found = ranked.Count(g => g >= rel), total = judged.Count(g => g >= rel);
        int[] ranks = [.. Enumerable.Range(1, head.Length).Where(r => head[r - 1] >= rel)];
        return measure.Split('(', '@')[0] switch
        {
            "nDCG" when measure.Contains("exp") => Over(Gain(head, g => Math.Pow(2, g) - 1), Gain(Ideal(judged, k), g => Math.Pow(2, g) - 1)),
            "nDCG" => Over(Gain(head, g => g), Gain(Ideal(judged, k), g => g)),
            "AP" => Over(ranks.Sum(r => ranks.Count(earlier => earlier <= r) / (double)r), total),
            "RR" => ranks.Select(r => 1.0 / r).FirstOrDefault(),
            "P" => ranks.Length / (double)k,
            "R" => Over(ranks.Length, total),
            "Success" => ranks.Length > 0 ? 1 : 0,
            "Rprec" => Over(ranked.Take(total).Count(g => g >= rel), total),
            "Bpref" => Preference(ranked, judged, rel, total),
            "RBP" => ranks.Sum(r => (1 - p) * Math.Pow(p, r - 1)),
            "RBPResidual" => Residual(head, p),
            "Judged" => Over(head.Count(g => g is not null), head.Length),
            "SetP" => Over(found, ranked.Length),
            "SetR" => Over(found, total),
            "NumQ" => 1,
            "NumRet" => ranked.Length,
            "NumRel" => total,
            "NumRelRet" => found,
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

    private static double Gain(int?[] grades, Func<int, double> gain) => grades.Select((g, i) => gain(Math.Max(g ?? 0, 0)) / Math.Log2(i + 2)).Sum();

    private static int?[] Ideal(int[] judged, int k) => [.. judged.OrderDescending().Take(k).Select(g => (int?)g)];

    // Pairs of a relevant and a lower document, of the first R lower ones: the share in the right order.
    private static double Preference(int?[] ranked, int[] judged, int rel, int total)
    {
        int lower = judged.Count(g => g >= 0 && g < rel);
        double sum = 0;
        for (int i = 0; i < ranked.Length; i++)
        {
            if (!(ranked[i] >= rel)) continue;
            int above = ranked.Take(i).Count(g => g >= 0 && g < rel);
            sum += above == 0 ? 1 : 1 - (Math.Min(above, total) / (double)Math.Min(lower, total));
        }
        return Over(sum, total);
    }

    private static double Residual(int?[] head, double p) =>
        head.Length == 0 ? 0 : head.Select((g, i) => g is null or < 0 ? (1 - p) * Math.Pow(p, i) : 0).Sum() + Math.Pow(p, head.Length);

    private static double Over(double value, double divisor) => divisor == 0 ? 0 : value / divisor;
}
