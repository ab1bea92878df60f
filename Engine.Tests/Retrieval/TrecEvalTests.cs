using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;

namespace QEngine.Tests.Retrieval;

/// <summary>The numbers that trec_eval 9.0.8 prints, on a small case full of traps and on TREC Deep Learning 2019.</summary>
public sealed class TrecEvalTests
{
    private const string Measures = "nDCG nDCG@5 AP AP@5 RR P@5 R@5 Success@1 Success@5 Rprec Bpref SetP SetR NumQ NumRet NumRel NumRelRet";

    // a: ties whose ids order otherwise in UTF-16, a grade below 0, documents without a judgement. b: nothing relevant. c: not in the run.
    // e: scores that single precision cannot tell apart. z: not judged.
    private const string Judgements =
        "a 0 d1 2\na 0 d2 0\na 0 d3 1\na 0 d4 3\na 0 d5 -1\na 0 d6 0\na 0 \uFB01sh 1\na 0 é 0\nb 0 d1 0\nb 0 d2 0\nc 0 d1 1\nc 0 d3 2\n"
        + "e 0 d1 1\ne 0 d2 1\ne 0 d3 2\ne 0 d9 0\n";

    private const string Found =
        "a Q0 d2 1 2.5 t\na Q0 d3 2 2.5 t\na Q0 d9 3 9 t\na Q0 d10 4 9.0 t\na Q0 d5 5 3 t\na Q0 é 6 1e0 t\na Q0 \uFB01sh 7 1 t\n"
        + "a Q0 \U0001F600 8 1.0 t\na Q0 d1 9 -0.25 t\nb Q0 d7 1 3 t\nb Q0 d1 2 2 t\nz Q0 d1 1 1 t\ne Q0 d9 1 4 t\ne Q0 d2 2 4.0000001 t\n"
        + "e Q0 d8 3 4 t\ne Q0 d3 4 3 t\n";

    // trec_eval -m ndcg -m ndcg_cut.5 -m map -m map_cut.5 -m recip_rank -m P.5 -m recall.5 -m success.1,5 -m Rprec -m bpref -m set_P
    // -m set_recall -m num_q -m num_ret -m num_rel -m num_rel_ret, its options before.
    [TestCase("", "0.2326 0.1726 0.1650 0.1134 0.1944 0.2000 0.3056 0.0000 0.6667 0.1944 0.1667 0.2778 0.4722 3 15 7 5")]
    [TestCase("-c", "0.1745 0.1294 0.1238 0.0851 0.1458 0.1500 0.2292 0.0000 0.5000 0.1458 0.1250 0.2083 0.3542 4 15 9 5")]
    [TestCase("-J", "0.3196 0.3196 0.3185 0.3185 0.5000 0.3333 0.4722 0.3333 0.6667 0.3889 0.1667 0.4222 0.4722 3 9 7 5")]
    [TestCase("-l2", "0.2326 0.1726 0.1019 0.0833 0.1204 0.0667 0.3333 0.0000 0.3333 0.0000 0.0000 0.1204 0.5000 3 15 3 2")]
    public void A_small_case_has_the_printed_numbers(string option, string printed)
    {
        using TemporaryFolder folder = new();
        Qrels qrels = QrelsFile.Read(folder.Write("qrels", Judgements));
        Run run = RunFile.Read(folder.Write("run", Found));
        EvaluationOptions options = new() { Complete = option == "-c", JudgedOnly = option == "-J" };

        Evaluation evaluation = Evaluation.Compute(qrels, run, [.. Measures.Split(' ').Select(m => Measure.Parse(m, option == "-l2" ? 2 : 1))], options);

        Assert.That(Printed(evaluation), Is.EqualTo(printed));
    }

    [TestCase("", "0.7013 0.4503 0.4964 0.3746 0.7963 0.5860 0.6064 0.8605 0.5018 0.5172 0.1002 0.8993 43 39136 4102 3576")]
    [TestCase("-J", "0.7166 0.4519 0.5456 0.4126 0.7967 0.5907 0.6704 0.8605 0.5482 0.5172 0.4515 0.8993 43 7207 4102 3576")]
    [TestCase("-l2", "0.7013 0.4503 0.3402 0.2627 0.5629 0.3767 0.6468 0.7442 0.3297 0.3138 0.0629 0.9180 43 39136 2501 2203")]
    public void BM25_on_TREC_DL_2019_has_the_printed_numbers(string option, string printed)
    {
        string[] names = "nDCG nDCG@10 AP AP@100 RR P@10 R@100 Success@5 Rprec Bpref SetP SetR NumQ NumRet NumRel NumRelRet".Split(' ');
        (Qrels qrels, Run run) = TrecDl.Value;

        Measure[] measures = [.. names.Select(name => Measure.Parse(name, option == "-l2" ? 2 : 1))];
        Evaluation evaluation = Evaluation.Compute(qrels, run, measures, new EvaluationOptions { JudgedOnly = option == "-J" });

        Assert.That(Printed(evaluation), Is.EqualTo(printed));
    }

    [TestCase(1)]
    [TestCase(10)]
    [TestCase(1000)]
    public void BM25_on_TREC_DL_2019_is_the_oracles_query_by_query(int k)
    {
        (Qrels qrels, Run run) = TrecDl.Value;

        Evaluation evaluation = Evaluation.Compute(qrels, run, [.. MeasureOracle.Names.Select(name => Measure.Parse(name.Replace("@k", $"@{k}")))]);

        Assert.That(evaluation.QueryIds, Has.Count.EqualTo(43));
        for (int query = 0; query < 43; query++)
        {
            IReadOnlyDictionary<string, int> judged = qrels.Judged(evaluation.QueryIds[query]);
            run.TryGet(evaluation.QueryIds[query], out RankedList? list);
            int?[] ranked = [.. list!.AsSpan().ToArray().Select(d => judged.TryGetValue(d.Id, out int grade) ? grade : (int?)null)];
            for (int m = 0; m < MeasureOracle.Names.Length; m++)
            {
                double expected = MeasureOracle.Value(MeasureOracle.Names[m], ranked, [.. judged.Values], k);
                Assert.That(evaluation.Value(query, m), Is.EqualTo(expected).Within(1e-12), $"{MeasureOracle.Names[m]}, {evaluation.QueryIds[query]}");
            }
        }
    }

    [Test]
    public void Averaged_ties_on_TREC_DL_2019_are_the_mean_over_random_orders()
    {
        const int Orders = 60;
        (Qrels qrels, Run run) = TrecDl.Value;
        Measure[] measures = [.. MeasureOracle.Names.Take(MeasureOracle.Shares).Select(name => Measure.Parse(name.Replace("@k", "@10")))];
        Run coarse = Coarse(run);
        Evaluation average = Evaluation.Compute(qrels, coarse, measures, new EvaluationOptions { Ties = TiePolicy.Average });
        SplittableRandom random = new(5);
        double[] sums = new double[measures.Length], squares = new double[measures.Length];
        for (int order = 0; order < Orders; order++)
        {
            Evaluation one = Evaluation.Compute(qrels, Mapped(coarse, score => score + (0.9f * (float)random.NextDouble())), measures);
            for (int m = 0; m < measures.Length; m++)
            {
                sums[m] += one.Summary(m);
                squares[m] += one.Summary(m) * one.Summary(m);
            }
        }

        for (int m = 0; m < measures.Length; m++)
        {
            double mean = sums[m] / Orders, error = Math.Sqrt(Math.Max(0, (squares[m] / Orders) - (mean * mean)) / Orders);
            Assert.That(average.Summary(m), Is.EqualTo(mean).Within((4.5 * error) + 1e-12), measures[m].ToString());
        }
    }

    private static string Printed(Evaluation evaluation) => string.Join(' ', evaluation.Measures.Select((m, i) =>
        evaluation.Summary(i).ToString(m.IsCount ? "F0" : "F4", System.Globalization.CultureInfo.InvariantCulture)));

    // BM25's own scores hardly tie; as whole numbers they tie in long groups.
    private static Run Coarse(Run run) => Mapped(run, score => MathF.Round(2 * score));

    private static Run Mapped(Run run, Func<float, float> map)
    {
        Run mapped = new();
        foreach (string query in run.QueryIds)
        {
            run.TryGet(query, out RankedList? list);
            mapped.Add(query, new RankedList(list!.AsSpan().ToArray().Select(document => document with { Score = map(document.Score) })));
        }
        return mapped;
    }

    /// <summary>The judgements, and the 1,000 best passages of BM25 for each query.</summary>
    private static class TrecDl
    {
        private static (Qrels, Run)? s_known;

        public static (Qrels Qrels, Run Run) Value => s_known ??= Search(Shared.Path("data/trecdl-2019"));

        private static (Qrels, Run) Search(string folder)
        {
            List<IdText> passages = [.. IdTextFile.Read(Path.Combine(folder, "passages.tsv"))];
            Bm25Searcher searcher = Bm25Index.Build([.. passages.Select(passage => passage.Text)]).CreateSearcher();
            Run run = new();
            foreach (IdText query in IdTextFile.Read(Path.Combine(folder, "queries.tsv")))
            {
                Hit[] hits = searcher.Search(query.Text, 1000).ToArray();
                run.Add(query.Id, new RankedList(hits.Select(hit => new ScoredDocument(passages[hit.Index].Id, hit.Score))));
            }
            return (QrelsFile.Read(Path.Combine(folder, "qrels.txt")), run);
        }
    }
}
