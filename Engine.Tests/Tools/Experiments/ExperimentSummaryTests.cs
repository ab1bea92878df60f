using System.Text;
using NUnit.Framework;
using QEngine.Statistics;
using QEngine.Tools.Cli;
using QEngine.Tools.Experiments;

namespace QEngine.Tests.Tools.Experiments;

/// <summary>From cells to tables and sentences.</summary>
public sealed class ExperimentSummaryTests
{
    private const string Definition = """
        {
          "name": "a", "description": "b", "seeds": "1..3",
          "backbones": [{ "name": "tiny" }],
          "models": [{ "name": "one", "head": "linear" }, { "name": "two", "head": "quantum" }, { "name": "all", "head": "none" }],
          "sizes": [8],
          "training": { "triples": ["rows.tsv"] },
          "tests": [{ "name": "t", "ranking": "folder" }],
          "comparisons": [{ "first": "two", "second": "one" }, { "first": "two", "second": "all" }]
        }
        """;

    private static readonly Experiment Declared = ExperimentSource.Parse(Encoding.UTF8.GetBytes(Definition), "x.json").Experiment;

    [Test]
    public void Rows_have_means_with_their_seeds()
    {
        ExperimentSummary summary = Compute(
            Cell("two", 8, 1, 0.5, 0.7, 0.3), Cell("two", 8, 2, 0.6, 0.8, 0.4), Cell("one", 8, 1, 0.4, 0.6, 0.2));

        Assert.That(summary.Rows.Select(row => row.Model), Is.EqualTo(new[] { "one", "two" }), "in the order of the experiment");
        SummaryRow two = summary.Rows[1];
        Assert.That(two.Seeds, Is.EqualTo(new ulong[] { 1, 2 }));
        Assert.That(two.BySeed, Is.EqualTo(new[] { 0.5, 0.6 }).Within(1e-12));
        Assert.That(two.Mean, Is.EqualTo(0.55).Within(1e-12));
        Assert.That(two.Deviation, Is.EqualTo(0.1 / Math.Sqrt(2)).Within(1e-12));
        Assert.That(summary.Rows[0].Deviation, Is.Null);
    }

    [Test]
    public void Only_seeds_that_both_have_are_compared_and_a_model_without_sizes_with_all()
    {
        ExperimentSummary summary = Compute(
            Cell("two", 8, 1, 0.5, 0.7, 0.3), Cell("two", 8, 2, 0.6, 0.8, 0.1), Cell("one", 8, 2, 0.4, 0.7, 0.2), Cell("all", 128, 1, 0.5, 0.7, 0.3));

        Assert.That(summary.Comparisons, Has.Length.EqualTo(2));
        Assert.That(summary.Comparisons[0].Seeds, Is.EqualTo(1));
        Assert.That(summary.Comparisons[0].ItemDifferences, Is.EqualTo(new[] { 0.2, 0.1, -0.1 }).Within(1e-12));
        Assert.That(summary.Comparisons[1].Difference, Is.Zero);
        Assert.That(summary.Comparisons[1].Sentence, Does.Contain("0.0 points from all").And.EndsWith("no difference shown"));
    }

    [Test]
    public void P_values_are_corrected_over_the_table_and_the_sentence_says_what_is_shown()
    {
        double[] good = [.. Enumerable.Range(0, 43).Select(i => 0.5 + (0.01 * (i % 3)))], bad = [.. Enumerable.Range(0, 43).Select(i => 0.4 + (0.01 * (i % 5)))];
        ExperimentSummary summary = Compute(Cell("two", 8, 1, good), Cell("one", 8, 1, bad), Cell("all", 128, 1, good));

        SummaryComparison comparison = summary.Comparisons[0];
        double[] corrected = Holm.Correct([.. summary.Comparisons.Select(one => one.P!.Value)]);
        Assert.That(summary.Comparisons.Select(one => one.PCorrected!.Value), Is.EqualTo(corrected));
        Assert.That(comparison.Shown, Is.True);
        Assert.That(comparison.Sentence, Does.StartWith("two is 9.0 points above one (t nDCG@10, tiny, k = 8; 1 seed, 43 items), 95 % interval ").And.EndsWith(": a difference is shown (p < 0.0001)"));
        Assert.That((comparison.Wins, comparison.Losses, comparison.Ties), Is.EqualTo((43, 0, 0)));
    }

    [Test]
    public void One_that_is_significant_alone_but_not_in_its_table_is_told_so()
    {
        double[] one = [.. Enumerable.Range(0, 30).Select(i => 0.5 + (0.1 * Math.Sin(i)))];
        double[] two = [.. one.Select((value, i) => value + 0.0137 + (0.05 * Math.Cos(3.3 * i)))];
        ExperimentSummary summary = Compute(Cell("two", 8, 1, two), Cell("one", 8, 1, one), Cell("all", 128, 1, two.Select((value, i) => value + (0.01 * Math.Cos(i))).ToArray()));

        Assert.That(summary.Comparisons[0].P, Is.InRange(0.025, 0.05));
        Assert.That(summary.Comparisons[0].Sentence, Does.EndWith("no difference shown after Holm's correction over 2 comparisons"));
    }

    [Test]
    public void Other_items_are_refused()
    {
        Assert.That(() => Compute(Cell("two", 8, 1, 0.5, 0.7), Cell("two", 8, 2, 0.5, 0.7, 0.1)), Throws.TypeOf<QEngineException>().With.Message.Contains("items"));
        Assert.That(() => Compute(Cell("two", 8, 1, 0.5, 0.7), Cell("one", 8, 1, 0.5, 0.7, 0.1)), Throws.TypeOf<QEngineException>().With.Message.Contains("items"));
    }

    [Test]
    public void Pseudo_values_of_a_correlation_have_it_as_their_mean_and_tell_its_standard_error()
    {
        Random random = new(2);
        double[] x = new double[400], y = new double[400];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = Support.Samples.Normal(random);
            y[i] = (0.6 * x[i]) + (0.8 * Support.Samples.Normal(random));
        }
        double correlation = Correlation.Spearman(x, y)!.Value;
        double[] values = PairCellTest.PseudoValues(x, y, correlation);

        Assert.That(values.Average(), Is.EqualTo(correlation).Within(1e-12));
        // Bonett and Wright (2000): the standard error of Fisher's z of Spearman's r is sqrt((1 + r^2 / 2) / (n - 3)).
        double expected = (1 - (correlation * correlation)) * Math.Sqrt((1 + (correlation * correlation / 2)) / (x.Length - 3));
        double found = PairedTTest.Compute(values).Deviation / Math.Sqrt(x.Length);
        Assert.That(found, Is.EqualTo(expected).Within(20).Percent);
    }

    private static ExperimentSummary Compute(params CellResult[] cells)
    {
        using Session session = Session.Background(threads: 2);
        return ExperimentSummary.Compute(Declared, cells, session);
    }

    private static CellResult Cell(string model, int size, ulong seed, params double[] values) => new()
    {
        Format = CellResult.CurrentFormat,
        Experiment = "a",
        Key = $"tiny.{model}.k{size}.p100.s{seed}",
        Backbone = "tiny",
        Model = model,
        Size = size,
        Fraction = 1,
        Seed = seed,
        Similarity = "cosine",
        InputDimension = 128,
        Parameters = new CellParameters(1, 2, 3),
        Training = new CellWork(4, 5, 6),
        Epochs = [],
        Tests = [new CellTestResult("t", 32, 4 * size, new Dictionary<string, double?> { ["nDCG@10"] = values.Average() }, new Dictionary<string, double[]> { ["nDCG@10"] = values }, [.. values.Select((_, i) => $"q{i}")])],
        Settings = new Dictionary<string, string>(),
        Data = new Dictionary<string, string>(),
        BackboneFingerprint = null,
        Version = "1",
        Times = new CellTimes(1, 2, 3, 1),
    };
}
