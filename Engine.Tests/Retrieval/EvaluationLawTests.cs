using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>Laws of all measures, and their values against the oracle, on random rankings with many ties.</summary>
public sealed class EvaluationLawTests
{
    [Property]
    public bool Without_ties_every_measure_is_the_oracles(byte[] grades, byte cutoff) =>
        Matches(grades, [.. Enumerable.Range(0, Math.Min(grades.Length, 40)).Select(i => -i)], cutoff, TiePolicy.TrecEval);

    [Property]
    public bool Averaged_ties_are_the_mean_over_all_orders(byte[] grades, byte[] scores, byte cutoff)
    {
        int[] tied = [.. grades.Zip(scores, (_, score) => score % 3).Take(6)];
        return Matches(grades, tied, cutoff, TiePolicy.Average);
    }

    [Property]
    public bool Taking_unjudged_documents_out_is_a_ranking_without_them(byte[] grades, byte[] scores, byte cutoff, bool average)
    {
        int?[] all = Grades(grades);
        int[] tied = [.. all.Zip(scores, (_, score) => score % 4)];
        int[] kept = [.. Enumerable.Range(0, tied.Length).Where(d => all[d] >= 0)];
        EvaluationOptions options = new() { Ties = average ? TiePolicy.Average : TiePolicy.TrecEval };

        Evaluation taken = Evaluate(all, tied, cutoff, options with { JudgedOnly = true });
        Evaluation without = Evaluate(all, kept, [.. kept.Select(d => tied[d])], cutoff, options);
        return Same(taken, without);
    }

    [Property]
    public bool Values_lie_between_0_and_1(byte[] grades, byte[] scores, byte cutoff, bool average)
    {
        int[] tied = [.. grades.Zip(scores, (_, score) => score % 4)];
        Evaluation evaluation = Evaluate(Grades(grades), tied, cutoff, average);
        return Enumerable.Range(0, MeasureOracle.Shares).All(m => evaluation.Value(0, m) is >= 0 and <= 1);
    }

    [Property]
    public bool A_perfect_ranking_is_worth_1(byte[] grades, byte cutoff, bool average)
    {
        int?[] all = Grades(grades);
        // Scored by grade: equal grades tie, which must not matter.
        Evaluation evaluation = Evaluate(all, [.. all.Select(g => g ?? -5)], cutoff, average);
        bool reaches = 1 + cutoff % 12 >= all.Count(g => g >= 1);
        string[] always = ["nDCG@k", "nDCG(dcg='exp-log2')@k", "RR@k", "Success@k", "Rprec", "Bpref", "SetR"], reaching = ["AP@k", "R@k"];
        return always.Concat(reaches ? reaching : []).All(name => Near(evaluation.Value(0, Array.IndexOf(MeasureOracle.Names, name)), 1));
    }

    [Property]
    public bool Ranking_the_better_of_two_neighbours_first_loses_nothing(byte[] grades, byte cutoff)
    {
        int?[] all = Grades(grades);
        int[] order = [.. Enumerable.Range(0, all.Length).Select(i => -i)];
        Evaluation before = Evaluate(all, order, cutoff, average: false);
        for (int d = 0; d + 1 < all.Length; d++)
        {
            if ((all[d] ?? 0) >= (all[d + 1] ?? 0)) continue;
            int[] swapped = [.. order];
            (swapped[d], swapped[d + 1]) = (swapped[d + 1], swapped[d]);
            Evaluation after = Evaluate(all, swapped, cutoff, average: false);
            if (Enumerable.Range(0, MeasureOracle.Qualities).Any(m => after.Value(0, m) < before.Value(0, m) - 1e-12)) return false;
        }
        return true;
    }

    [Property]
    public bool The_order_of_the_irrelevant_tail_does_not_matter(byte[] grades, byte tail, byte cutoff, int seed)
    {
        int?[] head = Grades(grades);
        int?[] all = [.. head, .. new int?[tail % 8].Select(_ => (int?)0)];
        int[] order = [.. Enumerable.Range(0, all.Length).Select(i => -i)];
        int[] shuffled = [.. order];
        new Random(seed).Shuffle(shuffled.AsSpan(head.Length));
        return Same(Evaluate(all, order, cutoff, average: false), Evaluate(all, shuffled, cutoff, average: false));
    }

    [Property]
    public bool Only_the_order_of_the_scores_matters(byte[] grades, byte[] scores, byte cutoff, bool average)
    {
        int?[] all = Grades(grades);
        int[] plain = [.. all.Zip(scores, (_, score) => (int)score)];
        int[] stretched = [.. plain.Select(score => 3 * score - 500)];
        return Same(Evaluate(all, plain, cutoff, average), Evaluate(all, stretched, cutoff, average));
    }

    private static bool Matches(byte[] bytes, int[] scores, byte cutoff, TiePolicy ties)
    {
        int?[] grades = Grades(bytes);
        int[] judged = [.. grades.OfType<int>()];
        int k = 1 + cutoff % 12;
        Evaluation evaluation = Evaluate(grades, scores, cutoff, ties == TiePolicy.Average);
        int[][] orders = [.. MeasureOracle.Orders(scores)];
        return Enumerable.Range(0, MeasureOracle.Names.Length).All(m => Near(
            evaluation.Value(0, m),
            orders.Average(order => MeasureOracle.Value(MeasureOracle.Names[m], [.. order.Select(d => grades[d])], judged, k))));
    }

    // Grades -2 to 3 or no judgement; the last document is relevant.
    private static int?[] Grades(byte[] bytes) => [.. bytes.Select(b => b % 7 == 6 ? (int?)null : b % 7 - 2), 1];

    private static Evaluation Evaluate(int?[] grades, int[] scores, byte cutoff, bool average) =>
        Evaluate(grades, scores, cutoff, new EvaluationOptions { Ties = average ? TiePolicy.Average : TiePolicy.TrecEval });

    // The documents found are the first ones, as many as there are scores.
    private static Evaluation Evaluate(int?[] grades, int[] scores, byte cutoff, EvaluationOptions options) =>
        Evaluate(grades, [.. Enumerable.Range(0, scores.Length)], scores, cutoff, options);

    private static Evaluation Evaluate(int?[] grades, int[] found, int[] scores, byte cutoff, EvaluationOptions options)
    {
        Qrels qrels = new();
        for (int d = 0; d < grades.Length; d++)
            if (grades[d] is { } grade) qrels.Add("q", $"d{d}", grade);
        Run run = new();
        run.Add("q", new RankedList(found.Zip(scores, (d, score) => new ScoredDocument($"d{d}", score))));
        string k = $"@{1 + cutoff % 12}";
        return Evaluation.Compute(qrels, run, [.. MeasureOracle.Names.Select(name => Measure.Parse(name.Replace("@k", k)))], options);
    }

    private static bool Same(Evaluation left, Evaluation right) =>
        Enumerable.Range(0, MeasureOracle.Names.Length).All(m => left.Value(0, m) == right.Value(0, m));

    private static bool Near(double left, double right) => Math.Abs(left - right) <= 1e-12;
}
