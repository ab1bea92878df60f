using System.Text.Json;
using MathNet.Numerics.Statistics;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Tools.Commands;

/// <summary>What <c>train</c> does beside its steps: layers, losses, measures, the best epoch.</summary>
public sealed class FineTuneCommandTests : CommandFixture
{
    private const string Rows = "red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\nold tree\ttrees old green\tfast car\ngreen tree\tgreen trees old\tblue sky\n";

    [Test]
    public void Only_the_layers_asked_for_are_trained()
    {
        string rows = Write("rows.tsv", Rows);
        CommandLine.Run(Train(rows, "base", "--encoder", "mini", "--vocab-size", "60")).Succeeded();

        CommandLine.Run(Train(rows, "model", "--encoder", In("base"), "--fine-tune-layers", "0,3")).Succeeded();

        SentenceEmbedder before = ModelFolder.Load(In("base")), after = ModelFolder.Load(In("model"));
        Assert.That(Same(before.Model.Encoder.EmbeddingParameters, after.Model.Encoder.EmbeddingParameters), Is.True);
        for (int layer = 0; layer < 4; layer++)
            Assert.That(Same(before.Model.Encoder.Layers[layer].Parameters, after.Model.Encoder.Layers[layer].Parameters), Is.EqualTo(layer is 1 or 2), $"layer {layer}");
    }

    [Test]
    public void Accumulated_batches_are_one_step()
    {
        string rows = Write("rows.tsv", Rows);

        JsonElement json = CommandLine.Run(Train(rows, "model", "--encoder", Plain, "--batch", "1", "--accumulate", "4", "--epochs", "3", "--json")).Json();

        Assert.That(json.GetProperty("steps").GetInt32(), Is.EqualTo(3));
    }

    [Test]
    public void A_step_of_accumulated_batches_is_that_of_one_batch()
    {
        string rows = Write("rows.tsv", Rows);
        float[] Trained(string name, params string[] options)
        {
            CommandLine.Run(Train(rows, name, ["--encoder", Plain, "--lr", "1e-3", "--lr-schedule", "constant", "--dropout", "0", "--epochs", "2", .. options])).Succeeded();
            return Embed(In(name), EmbeddingFormat.Default, "fast red cars", "old trees");
        }

        // Embeddings, not parameters: a key's bias moves no softmax, so its gradient is rounding alone, which Adam makes as large as any.
        Assert.That(Trained("four", "--batch", "4"), Is.EqualTo(Trained("one", "--batch", "1", "--accumulate", "4")).Within(1e-4));
    }

    [TestCase("--pairs", "cosent")]
    [TestCase("--pairs", "mse")]
    [TestCase("--teacher", "margin-mse")]
    [TestCase("--teacher", "distillation")]
    public void Scores_are_followed(string option, string loss)
    {
        string rows = Write("scores.tsv", "red car\tfast red cars\t0.9\nred car\told trees\t0.1\nblue sky\tskys blue\t0.8\nblue sky\tfast car\t0.0\nold tree\ttrees old\t1\nold tree\tred sky\t0.2\n");
        string[] Arguments(string head) =>
        [
            "train", option, rows, "--loss", loss, "--encoder", Plain, "--head", head, "--dim", "8", "--epochs", "10", "--lr", "1e-2",
            "--batch", "3", "--dropout", "0", "--max-length", "8", "--dev", rows, "--out", In(head), "--json",
        ];

        foreach (string head in (string[])["linear", "quantum"])
        {
            JsonElement epochs = CommandLine.Run(Arguments(head)).Json().GetProperty("epochs");
            double[] losses = [.. epochs.EnumerateArray().Select(epoch => epoch.GetProperty("dev_loss").GetDouble())];
            Assert.That(losses[9], Is.LessThan(0.7 * losses[0]), head);
        }
    }

    [Test]
    public void A_teacher_needs_two_passages_a_query()
    {
        string rows = Write("scores.tsv", "red car\tfast red cars\t0.9\n");

        CommandLine.Run("train", "--teacher", rows, "--encoder", Plain, "--out", In("model")).Failed(1, "expected at least 2 scored passages for every query, found 1 for 'red car'");
    }

    [TestCase("a\tb\n", "expected 3 columns by tabs (text, text, score), found 2, line 1 of")]
    [TestCase("a\tb\tmuch\n", "expected a finite score in column 3, found", "line 1 of")]
    [TestCase("a\tb\t1\na\tb\tNaN\n", "expected a finite score in column 3", "line 2 of")]
    [TestCase("a\t\t1\n", "expected a text in column 2")]
    [TestCase("", "expected scored pairs, found an empty file")]
    public void Malformed_scores_are_said_in_one_line(string text, params string[] parts)
    {
        CommandLine.Run("train", "--pairs", Write("scores.tsv", text), "--encoder", Plain, "--out", In("model")).Failed(1, parts);
    }

    [Test]
    public void The_card_says_what_was_asked_for_and_what_came_of_it()
    {
        string rows = Write("rows.tsv", Rows);

        CommandLine.Run(Train(rows, "model", "--encoder", Plain, "--in-batch", "--head-lr", "0.01")).Succeeded();

        string card = File.ReadAllText(In("model/README.md"));
        Assert.Multiple(() =>
        {
            Assert.That(card, Does.Contain("| in-batch | yes |").And.Contain("| head-lr | 0.01 |").And.Contain("| batch | 64 |"));
            Assert.That(card, Does.Not.Contain("freeze-encoder").And.Not.Contain(Folder), "neither what was not asked for nor paths");
            Assert.That(card, Does.Contain("| triples | rows.tsv |").And.Contain("| rows | 4 |").And.Contain("| started from | plain |"));
            Assert.That(card, Does.Contain("| accuracy |"));
        });
    }

    [Test]
    public void Matryoshka_trains_linear_heads()
    {
        string rows = Write("rows.tsv", Rows);

        CommandLine.Run(Train(rows, "model", "--encoder", Plain, "--head", "linear", "--dim", "8", "--matryoshka", "2,4,8")).Succeeded();

        Assert.That(ModelFolder.Load(In("model")).Dimension, Is.EqualTo(8));
    }

    [Test]
    public void The_epoch_with_the_best_value_is_kept_and_patience_ends_the_run()
    {
        string rows = Write("rows.tsv", Rows), dev = Write("dev.tsv", "red sky\told trees\tred sky\nblue car\tgreen\tblue cars\n");

        // The development rows contradict the training rows: it soon gets worse, or at least no better for long.
        JsonElement json = CommandLine.Run(
            Train(rows, "model", "--encoder", Plain, "--dev", dev, "--best-by", "dev_loss", "--patience", "2", "--epochs", "60", "--lr", "1e-2", "--log", In("log.jsonl"), "--plot", In("plot.svg"), "--json")).Json();

        double[] losses = [.. json.GetProperty("epochs").EnumerateArray().Select(epoch => epoch.GetProperty("dev_loss").GetDouble())];
        int best = Array.IndexOf(losses, losses.Min()) + 1;
        Assert.That(json.GetProperty("saved_epoch").GetInt32(), Is.EqualTo(best));
        Assert.That(losses, Has.Length.LessThan(60).And.Length.EqualTo(best + 2));
        Assert.That(File.ReadAllLines(In("log.jsonl")), Has.Length.EqualTo(losses.Length));
        System.Xml.Linq.XElement plot = System.Xml.Linq.XElement.Load(In("plot.svg"));
        Assert.That(plot.Elements().Select(one => one.Value), Is.SupersetOf(new[] { "loss", "accuracy", "dev_loss", "dev_accuracy" }));
        string points = plot.Elements().First(one => one.Name.LocalName == "polyline").Attribute("points")!.Value;
        Assert.That(points.Split(' '), Has.Length.EqualTo(losses.Length));
        Assert.That(File.Exists(In("model.checkpoint")), Is.False);
    }

    [Test]
    public void Named_tests_and_diagnostics_are_taken_after_every_epoch()
    {
        string rows = Write("rows.tsv", Rows);
        Directory.CreateDirectory(In("tests"));
        Write("tests/queries.tsv", "q1\tred car\nq2\tblue sky\n");
        Write("tests/passages.tsv", "p1\tfast red cars\np2\tskys blue\np3\told trees\n");
        Write("tests/qrels.txt", "q1 0 p1 1\nq1 0 p3 0\nq2 0 p2 2\nunknown 0 p2 1\n");

        JsonElement epoch = CommandLine.Run(
            Train(
                rows, "model", "--encoder", Plain, "--test", $"cars={In("tests")}", In("tests"), "--judged-only",
                "--best-by", "cars_ndcg@10", "--dev-share", "0.5", "--json")).Json().GetProperty("epochs")[0];

        // Of the first query p1 and p3 are ranked, p1 first or second; of the second query p2 alone. A query without a text counts as 0.
        double[] second = [1, 1 / Math.Log2(3)];
        double Fidelity(string query, string passage) =>
            SimilarityOracle.Fidelity(Embed(In("model"), EmbeddingFormat.Default, query), Embed(In("model"), EmbeddingFormat.Default, passage));
        double cars = (second[Fidelity("red car", "fast red cars") > Fidelity("red car", "old trees") ? 0 : 1] + 1) / 3;
        Assert.That(epoch.GetProperty("cars_ndcg@10").GetDouble(), Is.EqualTo(cars).Within(1e-9));
        Assert.That(epoch.GetProperty("tests_ndcg@10").GetDouble(), Is.EqualTo(cars).Within(1e-9));
        // Two of four rows, each with one negative: right, or second of two.
        double right = epoch.GetProperty("dev_accuracy").GetDouble();
        Assert.That(right, Is.AnyOf(0.0, 0.5, 1.0));
        Assert.That(epoch.GetProperty("dev_ndcg@10").GetDouble(), Is.EqualTo(right + ((1 - right) * second[1])).Within(1e-9));
    }

    [Test]
    public void Diagnostics_are_those_of_the_models_representations_of_its_texts()
    {
        JsonElement json = CommandLine.Run(Train(Write("rows.tsv", Rows), "model", "--encoder", Plain, "--json")).Json();
        JsonElement diagnostics = json.GetProperty("epochs")[0].GetProperty("diagnostics");

        string[] texts = [.. Rows.Split('\n', '\t').Where(text => text.Length > 0).Distinct()];
        float[] angles = Embed(In("model"), EmbeddingFormat.Angles, texts);
        int[] bins = new int[16];
        foreach (float angle in angles) bins[(int)Math.Floor((angle + Math.PI) / (2 * Math.PI) * 16)]++;
        double[] Column(int qubit, Func<double, double> part) => [.. angles.Where((_, i) => i % 4 == qubit).Select(angle => part(angle))];
        IEnumerable<double[]> columns = Enumerable.Range(0, 8).Select(i => Column(i % 4, i < 4 ? Math.Sin : Math.Cos));
        Assert.That(texts, Has.Length.EqualTo(11), "two are there twice");
        Assert.That(diagnostics.GetProperty("angle_histogram").EnumerateArray().Select(bin => bin.GetInt32()), Is.EqualTo(bins));
        Assert.That(diagnostics.GetProperty("spread").GetDouble(),
            Is.EqualTo(columns.Average(column => column.PopulationStandardDeviation())).Within(1e-5));
        Assert.That(diagnostics.GetProperty("probability error").GetDouble(), Is.LessThan(1e-6));
        Assert.That(diagnostics.GetProperty("tied share").GetDouble(), Is.Zero);
        foreach (string group in (string[])["embeddings", "layer 0", "head"])
            Assert.That(diagnostics.GetProperty($"gradient norm of {group}").GetDouble(), Is.GreaterThan(1e-6), group);
    }

    [TestCase("cars=", "expected --test NAME=FOLDER, found 'cars='")]
    [TestCase("nowhere", "expected the folder of a test, found none: nowhere")]
    public void A_test_without_files_is_found_before_training(string test, string message)
    {
        CommandLine line = CommandLine.Run(Train(Write("rows.tsv", Rows), "model", "--encoder", Plain, "--test", test));

        Assert.That(line.Error, Does.Contain(message).And.Not.Contain("%"));
        Assert.That(Directory.Exists(In("model")), Is.False);
    }

    [TestCase("--log", "none/log.jsonl", "none")]
    [TestCase("--log", ".", "found a folder")]
    public void A_log_that_cannot_be_written_is_found_before_training(string option, string path, string part)
    {
        CommandLine line = CommandLine.Run(Train(Write("rows.tsv", Rows), "model", "--encoder", Plain, option, In(path)));

        line.Failed(1, part);
        Assert.That(Directory.Exists(In("model")), Is.False);
    }

    [Test]
    public void A_folder_in_place_of_the_checkpoint_is_found_before_training()
    {
        Directory.CreateDirectory(In("model.checkpoint"));

        CommandLine.Run(Train(Write("rows.tsv", Rows), "model", "--encoder", Plain)).Failed(1, "found a folder", "model.checkpoint");
    }

    [Test]
    public void A_head_that_saturates_is_warned_of()
    {
        string rows = Write("rows.tsv", Rows);

        CommandLine line = CommandLine.Run(Train(rows, "model", "--encoder", Plain, "--head", "linear", "--head-lr", "30", "--lr", "1e-3", "--lr-schedule", "constant", "--epochs", "4", "--batch", "1"));

        Assert.That(line.Error, Does.Match("warning: [0-9]+ % of the tanh inputs are saturated"));
    }

    private string[] Train(string rows, string name, params string[] options)
    {
        string[] defaults = ["train", "--triples", rows, "--max-length", "8", "--negatives", "1", "--out", In(name)];
        string[] dimension = options.Contains("--dim") ? [] : ["--dim", "4"], epochs = options.Contains("--epochs") ? [] : ["--epochs", "1"];
        return [.. defaults, .. dimension, .. epochs, .. options];
    }

    private static bool Same(IReadOnlyList<Parameter<float>> a, IReadOnlyList<Parameter<float>> b)
    {
        for (int i = 0; i < a.Count; i++)
            if (!a[i].Values.Span.SequenceEqual(b[i].Values.Span)) return false;
        return true;
    }
}
