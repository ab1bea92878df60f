using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Statistics;

namespace QEngine.Tests.Retrieval;

/// <summary>Two evaluations query by query.</summary>
public sealed class PairedEvaluationsTests
{
    private static readonly Measure[] Measures = [Measure.Parse("NumRet"), Measure.Parse("RR")];

    [Test]
    public void Queries_that_both_have_are_compared()
    {
        // RR: a 1, b 1/2, c 1, d 1/3 against a 1/2, b 1/2, d 1, e 1.
        Evaluation run = Evaluate("a:1 b:2 c:1 d:3"), baseline = Evaluate("e:1 d:1 b:2 a:2");

        PairedEvaluations pairs = new(run, baseline);
        MeasureComparison comparison = pairs.Compare(1, 42);

        Assert.That((pairs.QueryCount, pairs.UnpairedQueries), Is.EqualTo((3, 2)));
        Assert.That(comparison.Measure, Is.EqualTo(Measures[1]));
        Assert.That(comparison.Run, Is.EqualTo((1 + (1 / 2.0) + (1 / 3.0)) / 3).Within(1e-15));
        Assert.That(comparison.Baseline, Is.EqualTo((0.5 + 0.5 + 1) / 3).Within(1e-15));
        Assert.That(comparison.Queries, Is.EqualTo(PairedComparison.Compute([1, 1 / 2.0, 1 / 3.0], [0.5, 0.5, 1], 42)));
    }

    [Test]
    public void What_does_not_fit_together_is_refused()
    {
        Evaluation run = Evaluate("a:1 b:2 c:1");

        Assert.That(() => new PairedEvaluations(run, Evaluate("c:1 d:1")), Refused("found 1"));
        Assert.That(() => new PairedEvaluations(run, Evaluate("a:1 b:1", measures: [Measures[1]])), Refused("same measures"));
        Assert.That(() => new PairedEvaluations(run, Evaluate("a:1 b:1", measures: [Measures[1], Measures[0]])), Refused("same measures"));
        Assert.That(
            () => new PairedEvaluations(run, Evaluate("a:1 b:1", options: new EvaluationOptions { Complete = true })), Refused("options"));

        static NUnit.Framework.Constraints.IResolveConstraint Refused(string part) =>
            Throws.TypeOf<QEngineException>().With.Message.Contains("comparison:").And.Message.Contains(part);
    }

    // "a:2" finds query a's relevant document at rank 2.
    private static Evaluation Evaluate(string ranks, Measure[]? measures = null, EvaluationOptions options = default)
    {
        Qrels qrels = new();
        foreach (char query in "abcde") qrels.Add($"{query}", "right", 1);
        Run run = new();
        foreach (string[] pair in ranks.Split(' ').Select(text => text.Split(':')))
        {
            int rank = int.Parse(pair[1]);
            run.Add(pair[0], new RankedList(Enumerable.Range(1, rank).Select(r => new ScoredDocument(r == rank ? "right" : $"wrong{r}", -r))));
        }
        return Evaluation.Compute(qrels, run, measures ?? Measures, options);
    }
}
