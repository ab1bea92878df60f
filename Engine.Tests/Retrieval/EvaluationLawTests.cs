using NUnit.Framework;
using QEngine.Retrieval;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>Laws of all measures, and their values against the oracle, on random rankings with many ties.</summary>
public sealed class EvaluationLawTests
{
    private static readonly string[] Names = ["nDCG", "AP", "RR", "P", "R", "Success"];

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
    public bool Values_lie_between_0_and_1(byte[] grades, byte[] scores, byte cutoff, bool average)
    {
        int[] tied = [.. grades.Zip(scores, (_, score) => score % 4)];
        Evaluation evaluation = Evaluate(Grades(grades), tied, 1 + cutoff % 12, average ? TiePolicy.Average : TiePolicy.TrecEval);
        return Enumerable.Range(0, Names.Length).All(m => evaluation.Value(0, m) is >= 0 and <= 1);
    }

    [Property]
    public bool A_perfect_ranking_is_worth_1(byte[] grades, byte cutoff, bool average)
    {
        int[] all = Grades(grades);
        // Scored by grade: equal grades tie, which must not matter.
        Evaluation evaluation = Evaluate(all, all, 1 + cutoff % 12, average ? TiePolicy.Average : TiePolicy.TrecEval);
        int relevant = all.Count(g => g >= 1);
        bool reaches = 1 + cutoff % 12 >= relevant;
        return Near(evaluation.Value(0, 0), 1)
            && (!reaches || (Near(evaluation.Value(0, 1), 1) && Near(evaluation.Value(0, 4), 1)))
            && Near(evaluation.Value(0, 2), 1)
            && Near(evaluation.Value(0, 5), 1);
    }

    [Property]
    public bool The_order_of_the_irrelevant_tail_does_not_matter(byte[] grades, byte tail, byte cutoff, int seed)
    {
        int[] head = Grades(grades);
        int[] all = [.. head, .. new int[tail % 8]];
        int[] order = [.. Enumerable.Range(0, all.Length).Select(i => -i)];
        int[] shuffled = [.. order];
        new Random(seed).Shuffle(shuffled.AsSpan(head.Length));
        int k = 1 + cutoff % 12;
        return Same(Evaluate(all, order, k, TiePolicy.TrecEval), Evaluate(all, shuffled, k, TiePolicy.TrecEval));
    }

    [Property]
    public bool Only_the_order_of_the_scores_matters(byte[] grades, byte[] scores, byte cutoff, bool average)
    {
        int[] all = Grades(grades);
        int[] plain = [.. all.Zip(scores, (_, score) => (int)score)];
        int[] stretched = [.. plain.Select(score => 3 * score - 500)];
        TiePolicy ties = average ? TiePolicy.Average : TiePolicy.TrecEval;
        return Same(Evaluate(all, plain, 1 + cutoff % 12, ties), Evaluate(all, stretched, 1 + cutoff % 12, ties));
    }

    private static bool Matches(byte[] bytes, int[] scores, byte cutoff, TiePolicy ties)
    {
        int[] judged = Grades(bytes);
        int k = 1 + cutoff % 12;
        Evaluation evaluation = Evaluate(judged, scores, k, ties);
        int[][] orders = [.. MeasureOracle.Orders(scores)];
        return Enumerable.Range(0, Names.Length).All(m => Near(
            evaluation.Value(0, m), orders.Average(order => MeasureOracle.Value(Names[m], [.. order.Select(d => judged[d])], judged, k))));
    }

    // Grades -1 to 3; the last document is relevant and keeps the query in the evaluation.
    private static int[] Grades(byte[] bytes) => [.. bytes.Select(b => b % 5 - 1), 1];

    // The documents found are the first of the judged ones, as many as there are scores.
    private static Evaluation Evaluate(int[] grades, int[] scores, int k, TiePolicy ties)
    {
        Qrels qrels = new();
        for (int d = 0; d < grades.Length; d++) qrels.Add("q", $"d{d}", grades[d]);
        Run run = new();
        run.Add("q", new RankedList(scores.Select((score, d) => new ScoredDocument($"d{d}", score))));
        return Evaluation.Of(qrels, run, [.. Names.Select(name => Measure.Parse($"{name}@{k}"))], ties);
    }

    private static bool Same(Evaluation left, Evaluation right) =>
        Enumerable.Range(0, Names.Length).All(m => left.Value(0, m) == right.Value(0, m));

    private static bool Near(double left, double right) => Math.Abs(left - right) <= 1e-12;
}
