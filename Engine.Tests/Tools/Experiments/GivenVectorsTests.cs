using System.Globalization;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Cli;
using QEngine.Tools.Experiments;
using QEngine.Tools.Heads;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Experiments;

/// <summary>Experiments over vectors of whatever in place of an encoder's.</summary>
public sealed class GivenVectorsTests : CommandFixture
{
    private const int Width = 6, Classes = 3;

    private const string Heads = """
        { "name": "whole", "head": "none", "method": "head" },
        { "name": "encoded", "head": "none", "method": "head", "similarity": "fidelity" },
        { "name": "quantum", "head": "quantum", "method": "head" },
        { "name": "linear", "head": "linear", "method": "head", "activation": "identity" },
        { "name": "grouped", "head": "grouped", "method": "head" },
        { "name": "PCA", "head": "pca" },
        { "name": "tempered", "head": "tempered-pca" },
        { "name": "first", "head": "truncate" },
        { "name": "random", "head": "random" }
        """;

    [SetUp]
    public void WriteVectors()
    {
        Directory.CreateDirectory(In("data"));
        WriteSet("train", 45, 1);
        WriteSet("test", 24, 2);
    }

    [Test]
    public void Every_head_learns_from_labels_and_is_measured_by_its_neighbours()
    {
        JsonElement json = Run(Experiment(Heads, more: """, "bits": [32, 1], "fractions": [0.5, 1], "comparisons": [{ "first": "linear", "second": "first" }]"""), "run", "--json").Json();

        CellResult[] cells = Results("run");
        Assert.That(cells, Has.Length.EqualTo(2 * (4 + (2 * 5))), "heads that learn have two shares");
        foreach (CellResult cell in cells)
        {
            Assert.That(cell.Tests.Select(test => (test.Test, test.Bits)), Is.EqualTo(new[] { ("neighbours", 32), ("neighbours", 1) }), cell.Key);
            Assert.That(cell.Tests[0].Items, Is.EqualTo(Enumerable.Range(0, 24).Select(row => row.ToString(CultureInfo.InvariantCulture))));
            Assert.That(cell.Data.Keys, Is.EqualTo(new[] { "test.npy", "test.txt", "train.npy", "train.txt" }), cell.Key);
            Assert.That((cell.InputDimension, cell.BackboneFingerprint), Is.EqualTo((Width, (string?)null)));
        }
        double Precision(string model, double fraction) =>
            cells.First(cell => cell.Model == model && cell.Fraction == fraction).Tests[0].Measures["P@10"]!.Value;
        Assert.That(Precision("linear", 1), Is.GreaterThan(Precision("first", 1)), "the first numbers are noise");
        Assert.That(cells.Where(cell => cell.Model == "linear" && cell.Fraction == 0.5).Select(cell => cell.Training.Rows), Is.All.EqualTo(22));
        Assert.That(json.GetProperty("comparisons")[0].GetProperty("sentence").GetString(), Does.Contain("neighbours P@10"));
    }

    [Test]
    public void Without_labels_neighbours_are_those_of_the_whole_vectors()
    {
        Run(Experiment(Heads, labels: false), "run").Succeeded();

        CellResult[] cells = Results("run");
        Assert.That(cells.Where(cell => cell.Model == "whole").Select(cell => cell.Tests[0].Measures["overlap@10"]), Is.All.EqualTo(1));
        Assert.That(cells.Where(cell => cell.Model != "whole").Select(cell => cell.Tests[0].Measures["overlap@10"]), Is.All.InRange(0.2, 1));
        Assert.That(cells.Single(cell => cell is { Model: "quantum", Seed: 5 }).Epochs, Is.Not.Empty);
    }

    [Test]
    public void The_same_cells_are_the_same_but_for_times_at_any_number_of_jobs_and_threads()
    {
        string experiment = Experiment(Heads);
        Run(experiment, "one", "--jobs", "1", "--threads", "1").Succeeded();
        Run(experiment, "two", "--jobs", "3", "--threads", "3").Succeeded();

        string[] Texts(string run) => [.. Files(run).Select(path => File.ReadAllText(path) is var text ? text[..text.IndexOf("\"times\":", StringComparison.Ordinal)] : "")];
        Assert.That(Texts("two"), Is.EqualTo(Texts("one")));
    }

    [Test]
    public void Images_and_labels_in_IDX_are_read_as_numbers_from_0_to_1()
    {
        byte[] header = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 3];
        File.WriteAllBytes(In("images"), [.. header, 0, 51, 255, 102, 0, 0, 1, 2, 3]);
        File.WriteAllBytes(In("labels"), [0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 7]);

        ExperimentVectors read = ExperimentVectors.Read(new VectorFiles("images", "labels", "images", "labels"), Folder);

        Assert.That(read.Training.Data, Is.EqualTo(new[] { 0, 0.2, 1, 0.4, 0, 0, 1 / 255.0, 2 / 255.0, 3 / 255.0 }).Within(1e-7));
        Assert.That((read.Training.Columns, read.Labels), Is.EqualTo((3, new[] { "7", "0", "7" })));
    }

    [Test]
    public void Precision_is_the_share_of_the_ten_nearest_others_that_have_the_label()
    {
        (Vectors vectors, string[] labels) = Set(30, 7);
        NeighbourCellTest test = new(vectors, labels);
        HeldOutVectors all = new(Similarity.Cosine, Width, vectors.Data);
        using WorkerPool workers = new(2);

        double[] values = test.Measure(all, all, workers).Values["P@10"];

        for (int row = 0; row < 30; row++)
        {
            int own = row;
            IEnumerable<int> nearest = Enumerable.Range(0, 30).Where(other => other != own).OrderByDescending(other => Cosine(vectors[own], vectors[other])).Take(10);
            Assert.That(values[row], Is.EqualTo(nearest.Count(other => labels[other] == labels[own]) / 10.0));
        }
    }

    [Test]
    public void Overlap_is_the_share_of_the_ten_nearest_by_the_whole_vectors()
    {
        (Vectors vectors, _) = Set(30, 8);
        NeighbourCellTest test = new(vectors, null);
        HeldOutVectors cut = new HeldOutVectors(Similarity.Cosine, Width, vectors.Data).Leading(2);
        using WorkerPool workers = new(2);

        double[] values = test.Measure(cut, cut, workers).Values["overlap@10"];

        for (int row = 0; row < 30; row++)
        {
            int own = row;
            IEnumerable<int> Nearest(int length) => Enumerable.Range(0, 30).Where(other => other != own)
                .OrderByDescending(other => Cosine(vectors[own][..length], vectors[other][..length])).Take(10);
            Assert.That(values[row], Is.EqualTo(Nearest(2).Intersect(Nearest(Width)).Count() / 10.0));
        }
    }

    [Test]
    public void A_larger_share_of_the_rows_holds_a_smaller_one_of_the_same_seed()
    {
        ExperimentBackbone choice = new("points", "points", ExperimentTraining.Default) { Vectors = new VectorFiles("train.npy", "train.txt", "test.npy", "test.txt") };
        Backbone backbone = Backbone.Read(choice, In("data"));
        ExperimentModel model = new("a", CellHead.Linear, CellMethod.Head, Similarity.Cosine, ExperimentTraining.Default);
        using Session session = Session.Background(1);
        int[] Rows(double share, ulong seed)
        {
            Cell cell = new(choice, model, 3, share, seed, ExperimentTraining.Default);
            return CellTask.Of(null!, cell, backbone, CellModels.Own(cell, backbone), 8, session).Task.TrainingRows;
        }

        Assert.That(Rows(0.2, 5), Has.Length.EqualTo(9).And.SubsetOf(Rows(0.4, 5)));
        Assert.That(Rows(0.4, 5), Has.Length.EqualTo(18).And.Not.EqualTo(Rows(0.4, 6)));
        Assert.That(Rows(1, 5), Is.EqualTo(Enumerable.Range(0, 45)));
    }

    [TestCase("""{ "name": "a", "head": "linear" }""", "", "models[0].method")]
    [TestCase("""{ "name": "a", "head": "pca" }""", """, "training": { "triples": ["rows.tsv"] }""", "training.triples")]
    [TestCase("""{ "name": "a", "head": "pca" }""", """, "tests": [{ "name": "t", "ranking": "folder" }]""", "tests")]
    [TestCase("""{ "name": "a", "head": "pca" }""", """, "development": 0.5""", "development")]
    public void What_needs_texts_is_refused(string models, string more, string place) =>
        Run(Experiment(models, more: more), "run").Failed(1, $"for {place}, found", "small.json");

    [Test]
    public void Files_that_do_not_fit_are_refused_before_anything_is_written()
    {
        string experiment = Experiment("""{ "name": "a", "head": "linear", "method": "head" }""");
        string file = Path.Combine("data", "train.txt");
        Write(file, "a\nb\n");
        Run(experiment, "run").Failed(1, "expected 45 labels, as many as vectors in train.npy, found 2");
        Write(file, string.Concat(Enumerable.Repeat("a\n", 45)));
        Run(experiment, "run").Failed(1, "expected at least 2 classes, and one of at least 2 vectors, found 45 labels of 1 in train.txt");
        Write(file, string.Concat(Enumerable.Range(0, 45).Select(i => $"{i}\n")));
        Run(experiment, "run").Failed(1, "found 45 labels of 45 in train.txt");
        Write(file, string.Concat(Enumerable.Range(0, 45).Select(i => i == 7 ? " \n" : "a\n")));
        Run(experiment, "run").Failed(1, "expected a label, found an empty line, line 8 of ", "train.txt");
        NpyFile.Write(Path.Combine(In("data"), "test.npy"), new float[24 * 2], 24, 2);
        Run(experiment, "run").Failed(1, "expected vectors of 6 numbers as in train.npy, found 2 in test.npy");
        File.WriteAllText(Path.Combine(In("data"), "test.npy"), "no array");
        Run(experiment, "run").Failed(1, "test.npy");
        File.Delete(Path.Combine(In("data"), "test.npy"));
        Run(experiment, "run").Failed(1, "no such file", "test.npy");
        Assert.That(Directory.Exists(In("run")), Is.False);
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++) (dot, aa, bb) = (dot + ((double)a[i] * b[i]), aa + ((double)a[i] * a[i]), bb + ((double)b[i] * b[i]));
        return dot / Math.Sqrt(aa * bb);
    }

    // The last three numbers tell the class, the first three are noise.
    private static (Vectors Vectors, string[] Labels) Set(int rows, ulong seed)
    {
        SplittableRandom random = new(seed);
        float[] data = new float[rows * Width];
        for (int i = 0; i < data.Length; i++) data[i] = (float)random.NextGaussian();
        for (int row = 0; row < rows; row++) data[(row * Width) + 3 + (row % Classes)] += 2;
        return (new Vectors(data, Width), [.. Enumerable.Range(0, rows).Select(row => $"class {row % Classes}")]);
    }

    private void WriteSet(string name, int rows, ulong seed)
    {
        (Vectors vectors, string[] labels) = Set(rows, seed);
        NpyFile.Write(Path.Combine(In("data"), $"{name}.npy"), vectors.Data, rows, Width);
        File.WriteAllLines(Path.Combine(In("data"), $"{name}.txt"), labels);
    }

    private string Experiment(string models, bool labels = true, string more = "")
    {
        string named = labels ? """, "training_labels": "train.txt", "test_labels": "test.txt" """ : "";
        return Write("small.json", $$"""
            {
              "name": "small", "description": "A small one.", "seeds": "5..6",
              "backbones": [{ "name": "points", "vectors": { "training": "train.npy", "test": "test.npy"{{named}} } }],
              "models": [{{models}}],
              "sizes": [3]{{more}}
            }
            """);
    }

    private CommandLine Run(string experiment, string run, params string[] more) =>
        CommandLine.Run(["experiment", experiment, "--data", In("data"), "--out", In(run), .. more]);

    private string[] Files(string run) => [.. Directory.GetFiles(Path.Combine(In(run), "cells")).Order(StringComparer.Ordinal)];

    private CellResult[] Results(string run) => [.. Files(run).Select(CellFile.Read)];
}
