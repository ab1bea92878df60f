using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Retrieval;

/// <summary>Which queries a mean is taken over, and what is refused.</summary>
public sealed class EvaluationTests
{
    private static readonly Measure[] Reciprocal = [Measure.Parse("RR"), Measure.Parse("RR(rel=2)"), Measure.Parse("NumRel")];

    [Test]
    public void Means_are_over_the_judged_queries_of_the_run()
    {
        (Qrels qrels, Run run) = Mixed();

        Evaluation evaluation = Evaluation.Compute(qrels, run, Reciprocal);

        Assert.That(evaluation.QueryIds, Is.EqualTo(new[] { "found", "hopeless" }));
        Assert.That((evaluation.MissingQueries, evaluation.UnjudgedQueries), Is.EqualTo((1, 2)));
        Assert.That(evaluation.Value(0, 0), Is.EqualTo(0.5));
        Assert.That(evaluation.Value(1, 0), Is.Zero);
        Assert.That(evaluation.Summary(0), Is.EqualTo(0.25));
        Assert.That(evaluation.Summary(1), Is.Zero);
        Assert.That(evaluation.Summary(2), Is.EqualTo(1), "counts are added up");
        Assert.That(evaluation.Options, Is.EqualTo(new EvaluationOptions { Ties = TiePolicy.TrecEval }));
        Assert.That(evaluation.Measures, Is.EqualTo(Reciprocal));
    }

    [Test]
    public void A_complete_evaluation_counts_a_missing_query_as_0()
    {
        (Qrels qrels, Run run) = Mixed();

        Evaluation evaluation = Evaluation.Compute(qrels, run, Reciprocal, new EvaluationOptions { Complete = true });

        Assert.That(evaluation.QueryIds, Is.EqualTo(new[] { "found", "hopeless", "missing" }));
        Assert.That((evaluation.MissingQueries, evaluation.UnjudgedQueries), Is.EqualTo((1, 2)));
        Assert.That(evaluation.Value(2, 0), Is.Zero);
        Assert.That(evaluation.Summary(0), Is.EqualTo(0.5 / 3));
        Assert.That(evaluation.Summary(2), Is.EqualTo(2), "its relevant documents are still there");
    }

    [Test]
    public void A_missing_query_is_worth_0_by_every_measure_but_the_counts()
    {
        Qrels qrels = new();
        qrels.Add("here", "a", 1);
        qrels.Add("missing", "a", 1);
        Run run = new();
        run.Add("here", new RankedList([new("a", 1)]));
        Measure[] measures = [.. MeasureOracle.Names.Take(MeasureOracle.Shares).Select(name => Measure.Parse(name.Replace("@k", "@5")))];

        Evaluation evaluation = Evaluation.Compute(qrels, run, measures, new EvaluationOptions { Complete = true });

        Assert.That(Enumerable.Range(0, measures.Length).Select(m => evaluation.Value(1, m)), Is.All.Zero);
    }

    [Test]
    public void A_hit_of_the_query_itself_is_left_out_where_asked_for()
    {
        Qrels qrels = new();
        qrels.Add("a", "b", 1);
        qrels.Add("a", "a", 1);
        Run run = new();
        run.Add("a", new RankedList([new("a", 3), new("b", 3), new("c", 1)]));
        Measure[] measures = [Measure.Parse("RR"), Measure.Parse("R@2"), Measure.Parse("NumRet"), Measure.Parse("NumRel")];

        Evaluation kept = Evaluation.Compute(qrels, run, measures), left = Evaluation.Compute(qrels, run, measures, new EvaluationOptions { IgnoreIdenticalIds = true });

        Assert.That(Enumerable.Range(0, 4).Select(kept.Summary), Is.EqualTo(new[] { 1, 1, 3, 2.0 }));
        Assert.That(Enumerable.Range(0, 4).Select(left.Summary), Is.EqualTo(new[] { 1, 0.5, 2, 2.0 }), "it can still be asked for, as in BEIR");
    }

    [Test]
    public void Queries_come_in_the_order_of_their_bytes()
    {
        string[] ids = ["\U0001F600", "b", "\uFB01", "a10", "a9", "é"];
        Qrels qrels = new();
        Run run = new();
        foreach (string id in ids)
        {
            qrels.Add(id, "a", 1);
            run.Add(id, new RankedList([new("a", 1)]));
        }

        Evaluation evaluation = Evaluation.Compute(qrels, run, Reciprocal);

        Assert.That(evaluation.QueryIds, Is.EqualTo(new[] { "a10", "a9", "b", "é", "\uFB01", "\U0001F600" }));
    }

    [Test]
    public void An_empty_list_is_a_found_query_worth_0()
    {
        Qrels qrels = new();
        qrels.Add("q", "a", 1);
        Run run = new();
        run.Add("q", new RankedList([]));

        Evaluation evaluation = Evaluation.Compute(qrels, run, Reciprocal);

        Assert.That(evaluation.MissingQueries, Is.Zero);
        Assert.That(evaluation.Summary(0), Is.Zero);
    }

    [Test]
    public void What_cannot_be_evaluated_is_refused()
    {
        Qrels qrels = new();
        qrels.Add("q", "a", 1);
        Run run = new();
        run.Add("other", new RankedList([new("a", 1)]));

        Assert.That(() => Evaluation.Compute(qrels, run, []), BadArgument.Named("measures", "at least one"));
        Assert.That(() => Evaluation.Compute(new Qrels(), run, Reciprocal), Throws.TypeOf<QEngineException>().With.Message.Contains("judgements"));
        Assert.That(() => Evaluation.Compute(qrels, run, Reciprocal), Throws.TypeOf<QEngineException>().With.Message.Contains("'q'"));
        Assert.That(
            () => Evaluation.Compute(qrels, run, Reciprocal, new EvaluationOptions { Complete = true }),
            Throws.TypeOf<QEngineException>().With.Message.Contains("'q'"));
    }

    [Test]
    public void Repetitions_and_scores_that_are_not_finite_are_refused()
    {
        Qrels qrels = new();
        qrels.Add("q", "a", 1);
        Run run = new();
        run.Add("q", new RankedList([]));

        Assert.That(() => qrels.Add("q", "a", 1), Throws.TypeOf<QEngineException>().With.Message.Contains("twice"));
        Assert.That(() => run.Add("q", new RankedList([])), Throws.TypeOf<QEngineException>().With.Message.Contains("twice"));
        Assert.That(() => new RankedList([new("a", 1), new("a", 2)]), Throws.TypeOf<QEngineException>().With.Message.Contains("'a' twice"));
        Assert.That(() => new RankedList([new("a", float.NaN)]), Throws.TypeOf<QEngineException>().With.Message.Contains("NaN"));
        Assert.That(() => new RankedList([new("a", float.NegativeInfinity)]), Throws.TypeOf<QEngineException>().With.Message.Contains("-Infinity"));
    }

    private static (Qrels Qrels, Run Run) Mixed()
    {
        Qrels qrels = new();
        qrels.Add("missing", "a", 2);
        qrels.Add("found", "a", 1);
        qrels.Add("hopeless", "a", 0);
        Run run = new();
        run.Add("found", new RankedList([new("b", 2), new("a", 1)]));
        run.Add("hopeless", new RankedList([new("a", 1)]));
        run.Add("unjudged", new RankedList([new("a", 1)]));
        run.Add("another", new RankedList([]));
        return (qrels, run);
    }
}
