using System.Text.Json;
using NUnit.Framework;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Experiments;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Experiments;

/// <summary>Whole runs of a small experiment.</summary>
public sealed class ExperimentCommandTests : ExperimentFixture
{
    [Test]
    public void Every_kind_of_model_is_trained_measured_and_kept()
    {
        string experiment = Experiment(more: """, "bits": [32, 4], "comparisons": [{ "first": "QBEC", "second": "BEC" }, { "first": "quantum", "second": "PCA" }]""");
        JsonElement json = Run(experiment, "run", "--json").Json();

        CellResult[] cells = Results("run");
        Assert.That(cells, Has.Length.EqualTo(19 * 2));
        foreach (CellResult cell in cells)
        {
            Assert.That(cell.Tests.Select(test => (test.Test, test.Bits)), Is.EqualTo(new[] { ("set", 32), ("set", 4), ("pairs", 32), ("pairs", 4) }), cell.Key);
            Assert.That(cell.Tests[0].BytesPerVector, Is.EqualTo(4 * cell.Size), cell.Key);
            Assert.That(cell.Tests[1].BytesPerVector, Is.EqualTo((cell.Size + 1) / 2), cell.Key);
            foreach (CellTestResult test in cell.Tests)
            {
                foreach ((string measure, double[] values) in test.Values)
                {
                    Assert.That(values, Has.Length.EqualTo(test.Items?.Length ?? 20).And.All.InRange(-25, 25), cell.Key);
                    Assert.That(values.Average(), Is.EqualTo(test.Measures[measure]).Within(1e-9), $"{cell.Key} {measure}");
                }
            }
            string[] learned = cell.Model is "whole" or "encoded" or "first" or "random" ? [] : ["rows.tsv"];
            Assert.That(cell.Data.Keys, Is.EqualTo((string[])["pairs.tsv", .. learned, "set/passages.tsv", "set/qrels.txt", "set/queries.tsv"]), cell.Key);
            Assert.That(cell.BackboneFingerprint, Has.Length.EqualTo(32));
        }
        CellResult Of(string model) => cells.First(cell => cell.Model == model);
        Assert.That((Of("BT").Size, Of("QBEC").Size, Of("BT").Parameters.Head), Is.EqualTo((16, 4, 0)));
        Assert.That((Of("QBEC").Parameters.Head, Of("BEC").Parameters.Head, Of("PCA").Parameters.Head, Of("first").Parameters.Head), Is.EqualTo((12 * 12, (16 * 4) + 4, 17 * 4, 0)));
        Assert.That(Of("QBFEC").Parameters.Trained, Is.EqualTo(12 * 12), "the encoder is frozen");
        Assert.That((Of("whole").Training.Rows, Of("PCA").Training.Rows, Of("BEC").Training.Steps), Is.EqualTo((0, 24, 3)));
        Assert.That(Of("QBEC").Epochs[0].Angles.Sum(), Is.Positive);
        Assert.That((Of("entangled").Similarity, Of("entangled").Parameters.Head, Of("state").Parameters.Head), Is.EqualTo(("state-fidelity", (3 * 15) + 1, 3 * 15)), "one qubit, with a scale and without");

        JsonElement[] comparisons = [.. json.GetProperty("comparisons").EnumerateArray()];
        Assert.That(comparisons, Has.Length.EqualTo(2 * 2 * 2));
        Assert.That(comparisons[0].GetProperty("sentence").GetString(), Does.StartWith("QBEC is ").And.Contain("95 % interval"));
        Assert.That(comparisons.All(one => one.GetProperty("seeds").GetInt32() == 2), Is.True);
        Assert.That(json.GetProperty("rows").GetArrayLength(), Is.EqualTo(19 * (2 + 1) * 2));
    }

    [Test]
    public void Other_scores_and_other_pairs_of_qubits_learn_other_heads()
    {
        string[] more = ["", """, "score": "logarithm" """, """, "score": "local" """, """, "shuffle_inputs": true"""];
        string models = string.Join(", ", more.Select((member, i) => $$"""{ "name": "m{{i}}", "head": "quantum", "method": "head"{{member}} }"""));
        Run(Experiment(models), "run").Succeeded();

        CellResult[] cells = Results("run");
        Assert.That(cells, Has.Length.EqualTo(8));
        Assert.That(cells.Select(cell => cell.Similarity), Is.All.EqualTo("fidelity"));
        Assert.That(cells.Select(cell => string.Join(' ', cell.Tests[1].Similarities!)).Distinct().Count(), Is.EqualTo(8));
        Assert.That(cells.Count(cell => cell.Settings.ContainsKey("score")), Is.EqualTo(4));
    }

    [Test]
    public void Effective_angles_are_half_as_many_with_either_method_and_say_so_in_their_settings_alone()
    {
        Run(Experiment("""
            { "name": "all", "head": "quantum", "angles": "all" },
            { "name": "trained", "head": "quantum", "angles": "effective" },
            { "name": "head", "head": "quantum", "method": "head", "gate": "cnot", "angles": "effective" }
            """), "run", "--seeds", "5").Succeeded();

        CellResult[] cells = Results("run");
        Assert.That(cells.Select(cell => (cell.Model, cell.Parameters.Head)), Is.EquivalentTo(new[] { ("all", 12 * 12), ("trained", 12 * 6), ("head", (12 * 4) + 1) }), "with method head a scale too");
        foreach (CellResult cell in cells)
            Assert.That(cell.Settings.GetValueOrDefault("angles"), Is.EqualTo(cell.Model == "all" ? null : "effective"), cell.Model);
        // Runs from before there was a choice go on as long as this text stays.
        Assert.That(string.Join(", ", cells.Single(cell => cell.Model == "all").Settings.Where(setting => setting.Key != "encoder").Select(setting => $"{setting.Key} {setting.Value}")), Is.EqualTo(
            "batch 8, gate controlledu, head quantum, in_batch yes, learning_rate 0.001, max_length 8, method train, negatives 1, similarity fidelity, tau 1, triples rows.tsv"));
    }

    [Test]
    public void A_residual_has_a_number_an_output_learns_with_either_method_and_needs_compression()
    {
        string models = """
            { "name": "plain", "head": "quantum", "method": "head" },
            { "name": "trained", "head": "quantum", "residual": true },
            { "name": "head", "head": "quantum", "method": "head", "residual": true }
            """;
        Run(Experiment(models), "run", "--seeds", "5").Succeeded();

        CellResult[] cells = Results("run");
        Assert.That(cells.Select(cell => (cell.Model, cell.Parameters.Head)), Is.EquivalentTo(new[] { ("plain", (12 * 12) + 1), ("trained", (12 * 12) + 4), ("head", (12 * 12) + 4 + 1) }));
        foreach (CellResult cell in cells)
            Assert.That(cell.Settings.GetValueOrDefault("residual"), Is.EqualTo(cell.Model == "plain" ? null : "yes"), cell.Model);
        Assert.That(cells.Select(cell => string.Join(' ', cell.Tests[1].Similarities!)).Distinct().Count(), Is.EqualTo(3));

        string whole = File.ReadAllText(Experiment(models, name: "whole")).Replace("[4]", "[16]", StringComparison.Ordinal);
        Run(Write("whole.json", whole), "whole").Failed(1, "k below 16 with a residual", "k = 16");
    }

    [Test]
    public void Shuffled_numbers_are_the_same_numbers_in_the_order_of_the_seed()
    {
        ExperimentModel model = new("a", CellHead.Quantum, CellMethod.Head, Similarity.Fidelity, ExperimentTraining.Default) { ShufflesInputs = true };
        Backbone backbone = Backbone.Load(new ExperimentBackbone("plain", Plain, ExperimentTraining.Default), null);
        float[] vector = [.. Enumerable.Range(1, 16).Select(i => (float)i)];
        float[] Shuffled(ulong seed)
        {
            float[] result = new float[16];
            using WorkerPool workers = new(1);
            CellModels.Own(new Cell(backbone.Choice, model, 4, 1, seed, ExperimentTraining.Default), backbone).Apply(vector, result, workers);
            return result;
        }

        Assert.That(Shuffled(5), Is.EquivalentTo(vector).And.Not.EqualTo(vector));
        Assert.That(Shuffled(6), Is.EquivalentTo(vector).And.Not.EqualTo(Shuffled(5)));
    }

    [Test]
    public void The_same_cells_are_the_same_but_for_times_at_any_number_of_jobs_and_threads()
    {
        string experiment = Experiment(more: """, "bits": [32, 1]""");
        Run(experiment, "one", "--jobs", "1", "--threads", "1").Succeeded();
        Run(experiment, "two", "--jobs", "3", "--threads", "3").Succeeded();

        Assert.That(Texts("two"), Is.EqualTo(Texts("one")));
    }

    [Test]
    public void A_trained_cell_is_what_train_and_evaluate_make()
    {
        Run(Experiment("""{ "name": "QBEC", "head": "quantum" }, { "name": "QBFEC", "head": "quantum", "training": { "layers": "none" } }"""), "run", "--seeds", "5").Succeeded();
        foreach ((string model, string[] frozen) in new[] { ("QBEC", Array.Empty<string>()), ("QBFEC", ["--freeze-encoder"]) })
        {
            CommandLine.Run(["train", "--triples", Path.Combine(Data, "rows.tsv"), "--encoder", Plain, "--head", "quantum", "--dim", "4", "--batch", "8", "--in-batch", "--negatives", "1", "--max-length", "8", "--lr", "1e-3", "--seed", "5", "--out", In(model), .. frozen]).Succeeded();
            JsonElement evaluated = CommandLine.Run("evaluate", "--model", In(model), "--data", Path.Combine(Data, "set"), "--judged-only", "--measures", "nDCG@10", "RR@10", "--json").Json();
            JsonElement likeness = CommandLine.Run("evaluate-sts", "--model", In(model), "--pairs", Path.Combine(Data, "pairs.tsv"), "--json").Json();

            CellResult cell = Results("run").Single(one => one.Model == model);
            Assert.That(cell.Tests[0].Measures["nDCG@10"], Is.EqualTo(evaluated.GetProperty("measures").GetProperty("nDCG@10").GetDouble()), model);
            Assert.That(cell.Tests[0].Measures["RR@10"], Is.EqualTo(evaluated.GetProperty("measures").GetProperty("RR@10").GetDouble()), model);
            Assert.That(cell.Tests[1].Measures["Spearman"], Is.EqualTo(likeness.GetProperty("spearman").GetDouble()), model);
        }
    }

    [Test]
    public void A_run_goes_on_where_it_was_with_other_seeds_too()
    {
        string experiment = Experiment("""{ "name": "BEC", "head": "linear" }, { "name": "PCA", "head": "pca" }""");
        Run(experiment, "run", "--seeds", "5").Succeeded();
        string[] first = Directory.GetFiles(Cells("run"));
        DateTime[] written = [.. first.Select(File.GetLastWriteTimeUtc)];
        File.Delete(first[0]);

        Run(experiment, "run").Failed(1, "--resume");
        JsonElement json = Run(experiment, "run", "--resume", "--seeds", "5,9", "--json").Json();

        Assert.That(json.GetProperty("cells").GetInt32(), Is.EqualTo(4));
        Assert.That(File.GetLastWriteTimeUtc(first[1]), Is.EqualTo(written[1]), "what is done is not done again");
        Assert.That(CommandLine.Run("experiment", "--summary", In("run"), "--json").Json().ToString(), Is.EqualTo(json.ToString()));
    }

    [Test]
    public void Several_experiments_run_a_cell_that_they_have_in_common_once()
    {
        string one = Experiment("""{ "name": "BEC", "head": "linear" }, { "name": "PCA", "head": "pca" }""", name: "one");
        string two = Experiment("""{ "name": "linear", "head": "linear" }, { "name": "BEC", "head": "linear", "similarity": "fidelity" }""", name: "two");
        string coded = Experiment("""{ "name": "BEC", "head": "linear" }""", """, "bits": [32, 4]""", name: "coded");
        CommandLine run = CommandLine.Run("experiment", one, two, coded, "--data", Data, "--out", In("study"), "--seeds", "5", "--json");

        Assert.That(run.Json().GetProperty("experiments").EnumerateArray().Select(each => each.GetProperty("cells").GetInt32()), Is.EqualTo(new[] { 2, 2, 1 }));
        Assert.That(run.Error, Does.Contain("two: 1 cell as other experiments have them").And.Not.Contain("coded: "), "other tests are other cells");
        foreach (string experiment in (string[])[one, two])
        {
            string name = Path.GetFileNameWithoutExtension(experiment);
            Run(experiment, $"{name}-alone", "--seeds", "5").Succeeded();
            Assert.That(Texts(Path.Combine("study", name)), Is.EqualTo(Texts($"{name}-alone")));
        }
        CommandLine.Run("experiment", one, one, "--data", Data, "--out", In("twice")).Failed(2, "expected experiments of different names, found one twice");
        string wide = Write("wide.json", File.ReadAllText(two).Replace("\"sizes\": [4]", "\"sizes\": [17]"));
        CommandLine.Run("experiment", one, wide, "--data", Data, "--out", In("twice")).Failed(1, "k = 17");
        Assert.That(Directory.Exists(In("twice")), Is.False, "where one cannot be run none is begun");
        CommandLine.Run("experiment", one, "list", "--data", Data, "--out", In("twice")).Failed(2, "'list'");
    }

    [Test]
    public void Other_settings_other_data_and_another_encoder_are_refused_by_name()
    {
        string models = """{ "name": "PCA", "head": "pca" }""";
        Run(Experiment(models), "run").Succeeded();

        Run(Experiment(models, training: ", \"epochs\": 2"), "run", "--resume").Failed(1, "definition.training.epochs nothing", "found 2");
        Run(Experiment("""{ "name": "PCA", "head": "tempered-pca" }"""), "run", "--resume").Failed(1, "definition.models[0].head pca", "found tempered-pca");
        File.AppendAllText(Path.Combine(Data, "rows.tsv"), "red\tcar\ttree\n");
        Run(Experiment(models), "run", "--resume").Failed(1, "data.rows.tsv");
    }

    [Test]
    public void Shares_of_the_rows_are_nested_and_taken_from_the_vectors_of_all()
    {
        string experiment = Experiment("""{ "name": "PCA", "head": "pca" }, { "name": "QBFEC", "head": "quantum", "training": { "layers": "none" } }""", """, "fractions": [1, 0.5, 0.25]""");
        Run(experiment, "run", "--seeds", "5").Succeeded();

        CellResult[] cells = Results("run");
        Assert.That(cells, Has.Length.EqualTo(6));
        int[] queries = [.. cells.Where(cell => cell.Model == "PCA").OrderBy(cell => cell.Fraction).Select(cell => cell.Training.Queries)];
        Assert.That(queries[0], Is.LessThan(queries[1]));
        Assert.That(queries[1], Is.LessThan(queries[2]));
        Assert.That(Directory.GetFiles(Path.Combine(In("run"), "cache"), "*.npy"), Has.Length.EqualTo(4), "queries, passages, pairs and all rows");
    }

    [Test]
    public void Development_queries_are_measured_not_trained_on_and_the_same_for_all_seeds()
    {
        Run(Experiment("""{ "name": "PCA", "head": "pca" }, { "name": "BEC", "head": "linear" }"""), "all", "--seeds", "5").Succeeded();
        Run(Experiment("""{ "name": "PCA", "head": "pca" }, { "name": "BEC", "head": "linear" }""", """, "development": 0.4"""), "run").Succeeded();

        CellResult[] cells = Results("run");
        int queries = Results("all")[0].Training.Queries, held = (int)(0.4 * queries);
        foreach (CellResult cell in cells)
        {
            CellTestResult test = cell.Tests.Single(one => one.Test == "development");
            Assert.That(test.Items, Has.Length.EqualTo(held).And.EqualTo(cells[0].Tests[^1].Items));
            Assert.That(cell.Training.Queries, Is.EqualTo(queries - held));
            Assert.That(test.Values["RR@10"].Max(), Is.Positive);
        }
        string other = Experiment("""{ "name": "PCA", "head": "pca", "training": { "max_rows": 3 } }""", """, "development": 0.4""", name: "other");
        Run(other, "other").Failed(1, "development", "the same training rows");
    }

    [Test]
    public void What_cannot_be_run_is_refused_before_anything_is()
    {
        string[] bad =
        [
            Experiment("""{ "name": "BEC", "head": "linear" }""", """, "fractions": [2]""", name: "a"),
            Experiment("""{ "name": "BEC", "head": "linear" }""", training: ", \"layers\": \"last:0\"", name: "b"),
            Experiment("""{ "name": "BEC", "head": "linear" }""", training: ", \"layers\": \"7\"", name: "c"),
            Experiment("""{ "name": "BT", "head": "none" }""", training: ", \"layers\": \"none\"", name: "d"),
            Experiment("""{ "name": "cut", "head": "linear", "matryoshka": [8, 32] }""", name: "e"),
        ];
        string[] expected = ["fractions[0]", "last:0", "found 7", "something to train", "k = 4"];
        for (int i = 0; i < bad.Length; i++) Run(bad[i], "run").Failed(1, expected[i]);
        string wide = Write("wide.json", File.ReadAllText(Experiment("""{ "name": "BEC", "head": "linear" }""")).Replace("\"sizes\": [4]", "\"sizes\": [17]"));
        Run(wide, "run").Failed(1, "k from 1 to 16", "BEC with plain", "k = 17");
        string missing = Write("missing.json", File.ReadAllText(Experiment("""{ "name": "BEC", "head": "linear" }""")).Replace("rows.tsv", "none.tsv"));
        Run(missing, "run").Failed(1, "none.tsv");
        Run(Experiment(), "run", "--seeds", "x").Failed(2, "--seeds", "'x'");
        Run(Experiment(), "run", "--encoders", "other").Failed(2, "--encoders plain", "'other'");
        Run("smok", "run").Failed(2, "did you mean smoke?");
        CommandLine.Run("experiment").Failed(2, "expected an experiment");
        CommandLine.Run("experiment", "--summary", In("nowhere")).Failed(1, "nowhere");
        Assert.That(Directory.Exists(In("run")), Is.False);
    }

    [Test]
    public void A_cell_that_fails_is_named_and_the_others_are_done()
    {
        string experiment = Experiment("""{ "name": "BEC", "head": "linear", "training": { "learning_rate": 1e30, "epochs": 20 } }, { "name": "PCA", "head": "pca" }""");
        CommandLine run = Run(experiment, "run", "--seeds", "5");

        run.Failed(1, "plain.BEC.k4.p100.s5", "lower the learning rate");
        Assert.That(Results("run").Select(cell => cell.Model), Is.EqualTo(new[] { "PCA" }));
    }

    [Test]
    public void Malformed_cells_are_refused_with_their_file()
    {
        Run(Experiment("""{ "name": "PCA", "head": "pca" }"""), "run", "--seeds", "5").Succeeded();
        string cell = Directory.GetFiles(Cells("run")).Single(), text = File.ReadAllText(cell);
        foreach (string bad in new[] { "", "{}", "null", text[..^20], text.Replace("\"format\":1", "\"format\":2"), text.Replace("\"seed\":5", "\"seed\":\"x\""), text.Replace("\"q1\"", "\"q1\",\"q9\""), text.Replace("s5\"", "s6\"") })
        {
            File.WriteAllText(cell, bad);
            CommandLine.Run("experiment", "--summary", In("run")).Failed(1, "plain.PCA.k4.p100.s5.json");
        }
    }

    [Test]
    public void The_list_names_those_of_the_program()
    {
        JsonElement json = CommandLine.Run("experiment", "list", "--json").Json();
        Assert.That(json.GetProperty("experiments").EnumerateArray().Select(one => one.GetProperty("name").GetString()), Is.EqualTo(ExperimentSource.Names));
    }
}
