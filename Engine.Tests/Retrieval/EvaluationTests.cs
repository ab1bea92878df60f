using NUnit.Framework;
using QEngine.Retrieval;

namespace QEngine.Tests.Retrieval;

/// <summary>Which queries a mean is taken over, and what is refused.</summary>
public sealed class EvaluationTests
{
    private static readonly Measure[] Reciprocal = [Measure.Parse("RR"), Measure.Parse("RR(rel=2)")];

    [Test]
    public void Means_are_over_the_queries_with_a_relevant_document()
    {
        Qrels qrels = new();
        qrels.Add("found", "a", 1);
        qrels.Add("missing", "a", 2);
        qrels.Add("hopeless", "a", 0);
        Run run = new();
        run.Add("found", new RankedList([new("b", 2), new("a", 1)]));
        run.Add("hopeless", new RankedList([new("a", 1)]));
        run.Add("unjudged", new RankedList([new("a", 1)]));

        Evaluation evaluation = Evaluation.Of(qrels, run, Reciprocal);

        Assert.That(evaluation.QueryIds, Is.EqualTo(new[] { "found", "missing" }));
        Assert.That(evaluation.MissingQueries, Is.EqualTo(1));
        Assert.That(evaluation.Value(0, 0), Is.EqualTo(0.5));
        Assert.That(evaluation.Value(1, 0), Is.Zero);
        Assert.That(evaluation.Mean(0), Is.EqualTo(0.25));
        Assert.That(evaluation.Mean(1), Is.Zero);
        Assert.That(evaluation.Ties, Is.EqualTo(TiePolicy.TrecEval));
        Assert.That(evaluation.Measures, Is.EqualTo(Reciprocal));
    }

    [Test]
    public void An_empty_list_is_a_found_query_worth_0()
    {
        Qrels qrels = new();
        qrels.Add("q", "a", 1);
        Run run = new();
        run.Add("q", new RankedList([]));

        Evaluation evaluation = Evaluation.Of(qrels, run, Reciprocal);

        Assert.That(evaluation.MissingQueries, Is.Zero);
        Assert.That(evaluation.Mean(0), Is.Zero);
    }

    [Test]
    public void What_cannot_be_evaluated_is_refused()
    {
        Qrels qrels = new();
        qrels.Add("q", "a", 1);
        Qrels hopeless = new();
        hopeless.Add("q", "a", 0);
        Run run = new();
        run.Add("other", new RankedList([new("a", 1)]));

        Assert.That(() => Evaluation.Of(qrels, run, []), Throws.TypeOf<QEngineException>().With.Message.Contains("measure"));
        Assert.That(
            () => Evaluation.Of(hopeless, run, Reciprocal),
            Throws.TypeOf<QEngineException>().With.Message.Contains("relevant document"));
        Assert.That(() => Evaluation.Of(qrels, run, Reciprocal), Throws.TypeOf<QEngineException>().With.Message.Contains("'q'"));
    }

    [Test]
    public void Repetitions_and_NaN_are_refused()
    {
        Qrels qrels = new();
        qrels.Add("q", "a", 1);
        Run run = new();
        run.Add("q", new RankedList([]));

        Assert.That(() => qrels.Add("q", "a", 1), Throws.TypeOf<QEngineException>().With.Message.Contains("twice"));
        Assert.That(() => run.Add("q", new RankedList([])), Throws.TypeOf<QEngineException>().With.Message.Contains("twice"));
        Assert.That(() => new RankedList([new("a", 1), new("a", 2)]), Throws.TypeOf<QEngineException>().With.Message.Contains("'a' twice"));
        Assert.That(() => new RankedList([new("a", float.NaN)]), Throws.TypeOf<QEngineException>().With.Message.Contains("NaN"));
    }
}
