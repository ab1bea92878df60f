using System.Text;
using NUnit.Framework;
using QEngine.Retrieval;

namespace QEngine.Tests.Retrieval;

/// <summary>Each measure on cases computed by hand, and the spelling of measures.</summary>
public sealed class MeasureTests
{
    // Found: a b c d e. Judged: a 0, b 2, c 3, e 1, and not found f 1, g -1; d is unjudged.
    private const string Ranking = "a b c d e";
    private const string Judgements = "a:0 b:2 c:3 e:1 f:1 g:-1";

    // 2/log2(3) + 3/2 of 3 + 2/log2(3) + 1/2; without cutoff + 1/log2(6) of + 1/log2(5).
    [TestCase("nDCG@3", 0.5799960)]
    [TestCase("nDCG@1", 0)]
    [TestCase("nDCG", 0.6063920)]
    [TestCase("AP", (1.0 / 2 + 2.0 / 3 + 3.0 / 5) / 4)]
    [TestCase("AP(rel=2)", (1.0 / 2 + 2.0 / 3) / 2)]
    [TestCase("AP@3", (1.0 / 2 + 2.0 / 3) / 4)]
    [TestCase("AP(rel=4)", 0)]
    [TestCase("RR", 1.0 / 2)]
    [TestCase("RR(rel=3)", 1.0 / 3)]
    [TestCase("RR@1", 0)]
    [TestCase("RR@2", 1.0 / 2)]
    [TestCase("P@3", 2.0 / 3)]
    [TestCase("P@10", 3.0 / 10)]
    [TestCase("P(rel=3)@5", 1.0 / 5)]
    [TestCase("R@3", 2.0 / 4)]
    [TestCase("R@100", 3.0 / 4)]
    [TestCase("R(rel=2)@3", 1)]
    [TestCase("R(rel=4)@3", 0)]
    [TestCase("Success@1", 0)]
    [TestCase("Success@2", 1)]
    [TestCase("Success(rel=3)@2", 0)]
    // Gains 3/log2(3) + 7/2 of 7 + 3/log2(3) + 1/2.
    [TestCase("nDCG(dcg='exp-log2')@3", 0.5741414)]
    // Four relevant: two of the first four.
    [TestCase("Rprec", 2.0 / 4)]
    [TestCase("Rprec(rel=2)", 1.0 / 2)]
    // One judged irrelevant document, a, stands before b, c and e (g's grade means "not judged"): each scores 1 - 1/min(1, 4).
    [TestCase("Bpref", 0)]
    // Irrelevant are a, e and f: b and c, two relevant ones, have a of the first two before them.
    [TestCase("Bpref(rel=2)", (0.5 + 0.5) / 2)]
    // Irrelevant are a, b, e and f: c has both a and b of the first min(4, 1) before it.
    [TestCase("Bpref(rel=3)", 0)]
    [TestCase("Bpref(rel=4)", 0)]
    [TestCase("RBP(p=0.8)", 0.2 * (0.8 + 0.64 + 0.4096))]
    [TestCase("RBP(p=0.5)@3", 0.5 * (0.5 + 0.25))]
    [TestCase("RBP(p=0.5,rel=3)", 0.5 * 0.25)]
    // d at rank 4, and all after rank 5.
    [TestCase("RBPResidual(p=0.8)", 0.2 * 0.512 + 0.32768)]
    [TestCase("RBPResidual(p=0.5)@3", 0.125)]
    [TestCase("Judged", 4.0 / 5)]
    [TestCase("Judged@3", 1)]
    [TestCase("Judged@100", 4.0 / 5)]
    [TestCase("SetP", 3.0 / 5)]
    [TestCase("SetP(rel=2)", 2.0 / 5)]
    [TestCase("SetR", 3.0 / 4)]
    [TestCase("SetR(rel=4)", 0)]
    [TestCase("NumQ", 1)]
    [TestCase("NumRet", 5)]
    [TestCase("NumRel", 4)]
    [TestCase("NumRel(rel=2)", 2)]
    [TestCase("NumRelRet", 3)]
    [TestCase("NumRelRet(rel=3)", 1)]
    public void A_ranking_without_ties(string measure, double expected) =>
        Assert.That(Value(measure, Ranking, Judgements, TiePolicy.TrecEval), Is.EqualTo(expected).Within(1e-7));

    // "x=y" ties x with y. The two relevant of three tied documents stand first and second, first and third or second and third.
    [TestCase("RR", "a=b=c", "a:1 b:1", (1 + 1 + 0.5) / 3)]
    [TestCase("AP", "a=b=c", "a:1 b:1", (1 + (1 + 2.0 / 3) / 2 + (0.5 + 2.0 / 3) / 2) / 3)]
    [TestCase("P@2", "a=b=c", "a:1 b:1", 2.0 / 3)]
    [TestCase("R@1", "a=b=c", "a:1 b:1", 1.0 / 3)]
    [TestCase("Success@1", "a=b=c", "a:1 b:1", 2.0 / 3)]
    [TestCase("Success@2", "z a=b=c", "a:1 b:1", 2.0 / 3)]
    [TestCase("RR@2", "z a=b=c", "a:1 b:1", 2.0 / 3 / 2)]
    // The worked examples of scikit-learn's ndcg_score: two of its documents tie at the top with gains 10 and 5.
    [TestCase("nDCG@1", "a=e b=c=d", "a:10 d:1 e:5", 0.75)]
    // a, relevant, stands before none, one or both of x and y, the two irrelevant ones: 1, 1 - 1/1 or 1 - 1/1, as R is 1.
    [TestCase("Bpref", "a=x=y", "a:1 x:0 y:0", 1.0 / 3)]
    // With R = 2: 1, 1/2 or 0 for a; b, after both, scores 0.
    [TestCase("Bpref", "a=x=y b", "a:1 x:0 y:0 b:1", 0.5 / 2)]
    // A relevant and an irrelevant document share the weights 0.2 and 0.16.
    [TestCase("RBP(p=0.8)", "a=x", "a:1 x:0", 0.18)]
    [TestCase("RBP(p=0.8)@1", "a=x", "a:1 x:0", 0.1)]
    [TestCase("RBPResidual(p=0.8)@1", "a=x", "a:1", 0.1 + 0.8)]
    [TestCase("Judged@1", "a=x", "a:1", 0.5)]
    [TestCase("Rprec", "a=x=y", "a:1", 1.0 / 3)]
    public void Ties_average_over_their_orders(string measure, string ranking, string judgements, double expected) =>
        Assert.That(Value(measure, ranking, judgements, TiePolicy.Average), Is.EqualTo(expected).Within(1e-12));

    [Test]
    public void Trec_eval_ranks_ties_by_id_descending_in_ordinal_order()
    {
        RankedList list = new([new("d1", 1), new("d10", 1), new("d9", 1), new("D9", 1), new("top", 2)]);

        Assert.That(list.AsSpan().ToArray().Select(d => d.Id), Is.EqualTo(new[] { "top", "d9", "d10", "d1", "D9" }));
        Assert.That(Value("RR", "d10=d9", "d9:1", TiePolicy.TrecEval), Is.EqualTo(1));
        Assert.That(Value("RR", "d10=d9", "d10:1", TiePolicy.TrecEval), Is.EqualTo(0.5));
    }

    [Test]
    public void Ids_are_ordered_by_their_bytes_beyond_the_basic_plane_too()
    {
        string[] ids = ["a", "ab", "é", "\uD7FF", "\uE000", "\uFB01", "\uFFEE", "\U00010000", "\U0001F600", "\U0001F600a", "\U0001F601"];

        RankedList list = new(ids.Select(id => new ScoredDocument(id, 1)));

        Assert.That(list.AsSpan().ToArray().Select(d => d.Id), Is.EqualTo(ids.Reverse()));
        Assert.That(ids.OrderBy(id => id, Comparer<string>.Create(Bytewise)), Is.EqualTo(ids), "the list above is in the order of bytes");

        static int Bytewise(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
    }

    [TestCase("nDCG@10", "nDCG@10")]
    [TestCase(" ndcg ", "nDCG")]
    [TestCase("MAP", "AP")]
    [TestCase("MRR@10", "RR@10")]
    [TestCase("Recall@100", "R@100")]
    [TestCase("precision(rel=2)@5", "P(rel=2)@5")]
    [TestCase("Success(rel=1)@5", "Success@5")]
    [TestCase("NDCG@10", "nDCG@10")]
    [TestCase("recall@10", "R@10")]
    [TestCase("nDCG(dcg=exp-log2)@10", "nDCG(dcg='exp-log2')@10")]
    [TestCase("nDCG(dcg=\"log2\")@10", "nDCG@10")]
    [TestCase("BPref(rel=2)", "Bpref(rel=2)")]
    [TestCase("RBP", "RBP(p=0.8)")]
    [TestCase("RBP( rel=2 , p=.5 )@7", "RBP(p=0.5,rel=2)@7")]
    [TestCase("rbpresidual(p=0.95)", "RBPResidual(p=0.95)")]
    [TestCase("NumRet(rel=1)", "NumRelRet")]
    [TestCase("NumRet", "NumRet")]
    [TestCase("numrelret(rel=2)", "NumRelRet(rel=2)")]
    [TestCase("Judged@10", "Judged@10")]
    public void Measures_have_one_spelling(string text, string expected)
    {
        Measure measure = Measure.Parse(text);

        Assert.That(measure.ToString(), Is.EqualTo(expected));
        Assert.That(Measure.Parse(measure.ToString()), Is.EqualTo(measure));
    }

    [Test]
    public void The_relevance_given_apart_yields_to_the_text()
    {
        Assert.That(Measure.Parse("AP", relevance: 2).ToString(), Is.EqualTo("AP(rel=2)"));
        Assert.That(Measure.Parse("AP(rel=1)", relevance: 2).ToString(), Is.EqualTo("AP"));
        Assert.That(Measure.Parse("nDCG@10", relevance: 2).ToString(), Is.EqualTo("nDCG@10"));
    }

    [TestCase("")]
    [TestCase("DCG@10")]
    [TestCase("P")]
    [TestCase("R")]
    [TestCase("Success")]
    [TestCase("nDCG@")]
    [TestCase("nDCG@0")]
    [TestCase("nDCG@-1")]
    [TestCase("nDCG@1.5")]
    [TestCase("nDCG@99999999999")]
    [TestCase("nDCG(rel=2)@10")]
    [TestCase("AP(rel=0)")]
    [TestCase("AP(rel=2")]
    [TestCase("AP()")]
    [TestCase("AP@10(rel=2)")]
    [TestCase("AP(p=0.5)")]
    [TestCase("AP(rel=2,)")]
    [TestCase("AP(2)")]
    [TestCase("RBP(p=1)")]
    [TestCase("RBP(p=0)")]
    [TestCase("RBP(p=NaN)")]
    [TestCase("RBP(p=-0.5)")]
    [TestCase("nDCG(dcg='exp')@10")]
    [TestCase("Bpref@10")]
    [TestCase("NumQ(rel=1)")]
    [TestCase("Judged(rel=1)@10")]
    public void What_is_no_measure_is_refused_and_quoted(string text) =>
        Assert.That(() => Measure.Parse(text), Throws.TypeOf<QEngineException>().With.Message.Contains($"'{text}'"));

    [Test]
    public void An_unknown_measure_is_answered_with_all_there_are() =>
        Assert.That(() => Measure.Parse("ERR@10"), Throws.TypeOf<QEngineException>().With.Message.EqualTo(
            "measure: expected one of nDCG(dcg)[@k], AP(rel)[@k], RR(rel)[@k], P(rel)@k, R(rel)@k, Success(rel)@k, Rprec(rel), Bpref(rel), "
            + "RBP(p,rel)[@k], RBPResidual(p)[@k], Judged[@k], SetP(rel), SetR(rel), NumQ, NumRet(rel), NumRel(rel), NumRelRet(rel), found 'ERR@10'"));

    [Test]
    public void Large_grades_do_not_overflow()
    {
        Assert.That(Value("nDCG(dcg='exp-log2')@2", "a b", "a:2000000000 b:1", TiePolicy.TrecEval), Is.EqualTo(1));
        Assert.That(Value("nDCG(dcg='exp-log2')", "b a", "a:2000000000 b:1", TiePolicy.TrecEval), Is.EqualTo(1 / Math.Log2(3)).Within(1e-15));
        Assert.That(Value("Judged", "a", $"a:{int.MinValue}", TiePolicy.TrecEval), Is.EqualTo(1));
    }

    [Test]
    public void A_relevance_below_one_is_refused() =>
        Assert.That(() => Measure.Parse("AP", relevance: 0), Throws.TypeOf<QEngineException>().With.Message.Contains("found 0"));

    private static double Value(string measure, string ranking, string judgements, TiePolicy ties)
    {
        List<ScoredDocument> documents = [];
        int score = 100;
        foreach (string group in ranking.Split(' '))
        {
            score--;
            documents.AddRange(group.Split('=').Select(id => new ScoredDocument(id, score)));
        }
        Run run = new();
        run.Add("q", new RankedList(documents));
        Qrels qrels = new();
        foreach (string[] pair in judgements.Split(' ').Select(j => j.Split(':'))) qrels.Add("q", pair[0], int.Parse(pair[1]));
        return Evaluation.Compute(qrels, run, [Measure.Parse(measure)], new EvaluationOptions { Ties = ties }).Value(0, 0);
    }
}
