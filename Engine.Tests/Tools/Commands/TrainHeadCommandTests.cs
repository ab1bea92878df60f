using System.Globalization;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tests.Support;
using QEngine.Tests.Tools.Heads;
using QEngine.Workers;

namespace QEngine.Tests.Tools.Commands;

public sealed class TrainHeadCommandTests : TrainHeadFixture
{
    private static string Golden(string file) => Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "train-head", file);

    [Test]
    public void The_reference_run_is_reproduced()
    {
        CommandLine.Run(
            "train-head", "--embeddings", Golden("embeddings.npy"), "--head", "quantum", "--group-size", "5", "--dim", "16", "--initial", Golden("head_initial.safetensors"), "--batch", "16", "--steps", "40", "--lr", "0.05",
            "--no-shuffle", "--losses", In("losses.json"), "--out", In("head")).Succeeded();

        double[] expected = Losses(Golden("expected.json")), found = Losses(In("losses.json"));
        Assert.That(found, Has.Length.EqualTo(expected.Length));
        for (int i = 0; i < expected.Length; i++) Assert.That(found[i], Is.EqualTo(expected[i]).Within(0.1).Percent, $"step {i}");
        Assert.That(HeadFolder.Load(In("head")).Configuration, Is.EqualTo(HeadConfiguration.Quantum(48, 16)));
    }

    [Test]
    public void The_trained_head_compresses()
    {
        CommandLine.Run("train-head", "--embeddings", Golden("embeddings.npy"), "--group-size", "5", "--dim", "12", "--head", "linear", "--steps", "3", "--out", In("head")).Succeeded();

        CommandLine.Run("compress", "--head", In("head"), "--input", Golden("embeddings.npy"), "--output", In("y.npy")).Succeeded();

        NpyArray compressed = NpyFile.Read(In("y.npy"));
        Assert.That((compressed.Rows, compressed.Columns), Is.EqualTo((320, 12)));
    }

    [Test]
    public void Scored_pairs_teach_what_counts()
    {
        double[][] meanings = ToyVectors.Meanings(300, 1);
        Vectors("x.npy", ToyVectors.Of(meanings, 2, noise: 0.7));
        Write("pairs.tsv", ToyVectors.Scored(meanings, 2000, row => $"{row}"));
        Write("named.tsv", ToyVectors.Scored(meanings, 2000, row => $"text {row}"));
        Write("ids.txt", string.Concat(Enumerable.Range(0, 300).Select(row => $"text {row}\n")));

        JsonElement json = TrainHead("head", "--pairs", In("pairs.tsv"), "--head", "linear", "--dim", "8", "--lr", "0.01", "--epochs", "15");
        TrainHead("named", "--pairs", In("named.tsv"), "--ids", In("ids.txt"), "--head", "linear", "--dim", "8", "--lr", "0.01", "--epochs", "15");
        JsonElement squares = TrainHead("squares", "--pairs", In("pairs.tsv"), "--loss", "mse", "--head", "linear", "--dim", "8", "--lr", "0.01", "--epochs", "15");
        string[] quantum = ["--pairs", In("pairs.tsv"), "--head", "quantum", "--dim", "8"];
        JsonElement untrained = TrainHead("untrained", [.. quantum, "--steps", "1"]), trained = TrainHead("quantum", [.. quantum, "--epochs", "15"]);

        Assert.That((json.GetProperty("held_out").GetInt32(), json.GetProperty("unit").GetString()), Is.EqualTo((200, "pairs")));
        Assert.That(Measure(json, "full vectors", "Spearman"), Is.LessThan(0.6));
        Assert.That(Measure(json, "linear 8", "Spearman"), Is.GreaterThan(0.9));
        Assert.That(Measure(json, "PCA 8", "Spearman"), Is.LessThan(0.8));
        Assert.That(json.GetProperty("worse_than").GetArrayLength(), Is.Zero);
        Assert.That(Measure(squares, "linear 8", "Pearson"), Is.GreaterThan(0.9));
        Assert.That(Measure(trained, "quantum 8", "Spearman"), Is.GreaterThan(Measure(untrained, "quantum 8", "Spearman") + 0.1));
        Assert.That(Weights("named"), Is.EqualTo(Weights("head")), "ids and row numbers");
    }

    [Test]
    public void Relevant_pairs_teach_what_counts_and_only_those_above_0_are_taken()
    {
        double[][] queries = ToyVectors.Meanings(400, 3);
        SplittableRandom random = new(4);
        double[][] passages = [.. queries.Select(meaning => meaning.Select(value => value + (0.05 * random.NextGaussian())).ToArray())];
        Vectors("x.npy", ToyVectors.Of([.. queries, .. passages], 5));
        Write("pairs.tsv", string.Concat(Enumerable.Range(0, 400).Select(i => $"{i}\t{400 + i}\t1\n{i}\t{400 + ((i + 7) % 400)}\t0\n")));

        JsonElement json = TrainHead("head", "--pairs", In("pairs.tsv"), "--loss", "ranking", "--head", "linear", "--dim", "3", "--lr", "0.01", "--epochs", "40");

        Assert.That((json.GetProperty("held_out").GetInt32(), json.GetProperty("unit").GetString()), Is.EqualTo((40, "queries")));
        Assert.That(Measure(json, "linear 3", "R@10"), Is.GreaterThan(0.9));
        Assert.That(Measure(json, "linear 3", "RR@10"), Is.GreaterThan(Measure(json, "full vectors", "RR@10") + 0.2));
    }

    [Test]
    public void Groups_are_measured_where_some_are_held_out()
    {
        JsonElement json = CommandLine.Run(
            "train-head", "--embeddings", Golden("embeddings.npy"), "--head", "quantum", "--group-size", "5", "--dev-share", "0.25", "--dim", "16", "--batch", "16", "--steps", "60", "--lr", "0.05", "--out", In("head"), "--json").Json();

        Assert.That((json.GetProperty("held_out").GetInt32(), json.GetProperty("steps").GetInt32()), Is.EqualTo((16, 60)));
        Assert.That(Names(json), Is.EqualTo(new[]
        {
            "full vectors", "first 16", "PCA 16", "tempered PCA 16", "quantum 16",
            "first 4", "first 16, 8 bits", "first 32, 4 bits", "PCA 4", "PCA 16, 8 bits", "PCA 32, 4 bits", "tempered PCA 4", "tempered PCA 16, 8 bits", "tempered PCA 32, 4 bits", "quantum 16, 8 bits",
        }));
        foreach (JsonElement row in json.GetProperty("comparison").EnumerateArray())
            Assert.That(row.GetProperty("bytes_per_vector").GetInt32(), Is.EqualTo(row.GetProperty("dimension").GetInt32() * row.GetProperty("bits").GetInt32() / 8));
        foreach (JsonElement row in json.GetProperty("comparison").EnumerateArray())
            Assert.That(row.GetProperty("MRR").GetDouble(), Is.InRange(row.GetProperty("accuracy@1").GetDouble(), 1));
        // Three negatives: a head that learned nothing is right once in four.
        Assert.That(Measure(json, "quantum 16", "accuracy@1"), Is.GreaterThan(0.5));
    }

    /// <summary>Vectors of a low-dimensional space around 0: their principal components keep every cosine.</summary>
    [Test]
    public void Principal_components_keep_a_space_of_their_size_whole()
    {
        float[] space = ToyVectors.Of([.. ToyVectors.Meanings(1000, 6)], 7, noise: 0);
        for (int i = 0; i < 500 * ToyVectors.Columns; i++) space[(500 * ToyVectors.Columns) + i] = -space[i];
        Vectors("x.npy", space);

        JsonElement json = TrainHead("head", "--head", "pca", "--dim", "3");

        Assert.That(Names(json), Has.Exactly(1).EqualTo("PCA 3").And.Exactly(1).EqualTo("first 3").And.Exactly(1).EqualTo("tempered PCA 3").And.Some.EqualTo("PCA 24, 1 bit"));
        Assert.That(Measure(json, "PCA 3", "overlap@10"), Is.GreaterThan(0.95));
        Assert.That(Measure(json, "PCA 3", "Spearman"), Is.GreaterThan(0.999));
        Assert.That(Measure(json, "first 3", "overlap@10"), Is.LessThan(0.9));
        Assert.That(json.GetProperty("parameters").GetInt32(), Is.EqualTo(3 * (ToyVectors.Columns + 1)));
        Assert.That(json.TryGetProperty("first_loss", out _), Is.False);
    }

    [Test]
    public void Without_labels_the_full_vectors_are_the_teacher([Values("distill", "mse")] string loss)
    {
        Vectors("x.npy", ToyVectors.Of(ToyVectors.Meanings(600, 8), 9, noise: 0.1));

        JsonElement json = TrainHead("head", "--loss", loss, "--head", "linear", "--dim", "4", "--epochs", "30", "--lr", "0.005");

        Assert.That(Measure(json, "linear 4", "Spearman"), Is.GreaterThan(0.9));
        Assert.That(Measure(json, "linear 4", "overlap@10"), Is.GreaterThan(Measure(json, "first 4", "overlap@10")));
    }

    [Test]
    public void Leading_numbers_of_a_matryoshka_head_work_alone()
    {
        double[][] meanings = ToyVectors.Meanings(300, 1);
        Vectors("x.npy", ToyVectors.Of(meanings, 2));
        Write("pairs.tsv", ToyVectors.Scored(meanings, 2000, row => $"{row}"));
        string[] options = ["--pairs", In("pairs.tsv"), "--loss", "mse", "--head", "linear", "--dim", "8", "--lr", "0.01", "--epochs", "15"];

        JsonElement nested = TrainHead("nested", [.. options, "--matryoshka", "4,3"]);

        Assert.That(Names(nested), Is.SupersetOf(new[] { "full vectors", "first 3", "first 4", "first 8", "PCA 3", "PCA 4", "PCA 8", "linear 3", "linear 4", "linear 8", "linear 8, 8 bits" }));
        int[] sizes = [.. nested.GetProperty("comparison").EnumerateArray().Skip(1).Select(row => row.GetProperty("bytes_per_vector").GetInt32())];
        Assert.That(sizes, Is.Ordered.Descending);
        Assert.That(sizes.Distinct(), Is.EqualTo(new[] { 32, 16, 12, 8 }));
        foreach (string row in new[] { "linear 3", "linear 4", "linear 8" }) Assert.That(Measure(nested, row, "Spearman"), Is.GreaterThan(0.9), row);
    }

    [Test]
    public void A_head_that_is_worse_than_its_rivals_is_said_to_be()
    {
        Vectors("x.npy", ToyVectors.Of(ToyVectors.Meanings(300, 1), 2, noise: 0.1));
        string[] options = ["train-head", "--embeddings", In("x.npy"), "--head", "linear", "--dim", "3", "--steps", "1", "--out", In("head")];

        string text = CommandLine.Run(options).Succeeded().Error;
        JsonElement json = CommandLine.Run([.. options, "--json"]).Json();

        Assert.That(text, Does.Contain("linear 3 is worse than ").And.Contain(" more of 12 bytes)").And.Contain("measured on 30 held-out vectors"));
        Assert.That(json.GetProperty("worse_than").EnumerateArray().Select(line => line.GetString()), Has.Some.StartsWith("linear 3 is worse than PCA 3: overlap@10"));
    }

    [Test]
    public void Codes_are_compared_at_the_sizes_that_are_asked_for()
    {
        Vectors("x.npy", ToyVectors.Of(ToyVectors.Meanings(300, 1), 2, noise: 0.1));

        JsonElement json = TrainHead("head", "--head", "pca", "--dim", "8", "--code-bytes", "4,2,1");

        (string? Name, int Bytes)[] rows = [.. json.GetProperty("comparison").EnumerateArray().Select(row => (row.GetProperty("name").GetString(), row.GetProperty("bytes_per_vector").GetInt32()))];
        Assert.That(rows.Select(row => row.Bytes).Distinct(), Is.EqualTo(new[] { 96, 32, 4, 2, 1 }));
        Assert.That(rows.Where(row => row.Bytes == 2).Select(row => row.Name), Is.EqualTo(new[]
        {
            "first 2, 8 bits", "first 4, 4 bits", "first 8, 2 bits", "first 16, 1 bit", "PCA 2, 8 bits", "PCA 4, 4 bits", "PCA 16, 1 bit",
            "tempered PCA 2, 8 bits", "tempered PCA 4, 4 bits", "tempered PCA 8, 2 bits", "tempered PCA 16, 1 bit", "PCA 8, 2 bits",
        }));
        // Less is left the fewer the bits of the same numbers.
        double[] overlaps = [.. new[] { "PCA 8", "PCA 8, 4 bits", "PCA 8, 2 bits", "PCA 8, 1 bit" }.Select(name => Measure(json, name, "overlap@10"))];
        Assert.That(overlaps, Is.Ordered.Descending);
        Assert.That(overlaps[^1], Is.GreaterThan(0.3), "30 vectors: by chance 10 of 29");
    }

    /// <summary>The kinds that are trained, each at every size, by a table that holds each once.</summary>
    [Test]
    public void Trained_rivals_are_measured_at_the_sizes_of_the_head()
    {
        Vectors("x.npy", ToyVectors.Of(ToyVectors.Meanings(200, 1), 2, noise: 0.1));

        JsonElement json = TrainHead("head", "--head", "grouped", "--dim", "6", "--rivals", "all", "--steps", "3", "--code-bytes", "6");

        Assert.That(Names(json), Is.Unique.And.SupersetOf(new[]
        {
            "quantum 6", "linear 6", "grouped 6", "quantum 24, 8 bits", "linear 24, 8 bits", "grouped 24, 8 bits",
            "quantum 6, 8 bits", "linear 6, 8 bits", "grouped 6, 8 bits", "quantum 12, 4 bits", "linear 12, 4 bits", "grouped 12, 4 bits", "quantum 24, 2 bits", "linear 24, 2 bits", "grouped 24, 2 bits",
        }));
        // 12 numbers a pair of the cascade; of the sizes of a grouped head, 24 g + 6 for g of 1, 2, 3 and 6, the nearest.
        int[] parameters = [.. new[] { "quantum 6", "grouped 6", "linear 6", "quantum 24, 2 bits" }.Select(name => Row(json, name).GetProperty("parameters").GetInt32())];
        Assert.That(parameters, Is.EqualTo(new[] { (12 * 18) + 1, (24 * 6) + 6, 25 * 6, 1 }));
        Assert.That(Names(json).Last(), Is.EqualTo("grouped 6, 8 bits"));
    }

    [Test]
    public void A_head_of_effective_angles_learns_and_compresses()
    {
        Vectors("x.npy", ToyVectors.Of(ToyVectors.Meanings(200, 1), 2, noise: 0.1));

        JsonElement json = TrainHead("head", "--head", "quantum", "--angles", "effective", "--dim", "6", "--steps", "60");
        CommandLine.Run("compress", "--head", In("head"), "--input", In("x.npy"), "--output", In("y.npy")).Succeeded();

        Assert.That(json.GetProperty("parameters").GetInt32(), Is.EqualTo((6 * 18) + 1), "half of the twelve angles a pair, and the scale");
        Assert.That(Tensor("head", "steps.0.controlled"), Has.Length.EqualTo(2 * 6));
        // Its weights are no start for a head of all angles.
        CommandLine.Run("train-head", "--embeddings", In("x.npy"), "--head", "quantum", "--dim", "6", "--initial", Path.Combine(In("head"), "model.safetensors"), "--out", In("other")).Failed(1, "steps.0.control");
    }

    [Test]
    public void A_grouped_head_of_one_weight_an_input_learns_what_counts()
    {
        // Three numbers mean something, one for each group; the others are louder noise.
        double[][] meanings = ToyVectors.Meanings(300, 1);
        SplittableRandom random = new(5);
        float[] vectors = [.. meanings.SelectMany(meaning => Enumerable.Range(0, ToyVectors.Columns).Select(i => (float)(i < 3 ? meaning[i] : 1.5 * random.NextGaussian())))];
        Vectors("x.npy", vectors);
        Write("pairs.tsv", ToyVectors.Scored(meanings, 2000, row => $"{row}"));

        JsonElement json = TrainHead("head", "--pairs", In("pairs.tsv"), "--loss", "mse", "--head", "grouped", "--dim", "3", "--groups", "3", "--epochs", "15");

        Assert.That(json.GetProperty("parameters").GetInt32(), Is.EqualTo(24 + 3));
        Assert.That(Measure(json, "grouped 3", "Spearman"), Is.GreaterThan(0.9));
        Assert.That(Measure(json, "full vectors", "Spearman"), Is.LessThan(0.6));
    }

    /// <summary>Meaning lies in directions of little variance: whitening brings it out, and that is found in the training part.</summary>
    [Test]
    public void The_exponent_of_tempered_components_is_chosen_in_the_training_part()
    {
        double[][] meanings = ToyVectors.Meanings(300, 1);
        Vectors("x.npy", ToyVectors.Of(meanings, 2));
        Write("pairs.tsv", ToyVectors.Scored(meanings, 2000, row => $"{row}"));

        JsonElement json = TrainHead("head", "--pairs", In("pairs.tsv"), "--head", "tempered-pca", "--dim", "24");

        Assert.That(json.GetProperty("exponent").GetDouble(), Is.GreaterThanOrEqualTo(0.5));
        Assert.That(Measure(json, "tempered PCA 24", "Spearman"), Is.GreaterThan(Measure(json, "PCA 24", "Spearman") + 0.05));
        Assert.That(TrainHead("plain", "--head", "pca", "--dim", "3").TryGetProperty("exponent", out _), Is.False);
    }

    [Test]
    public void Every_kind_of_head_is_saved_and_compresses([Values("quantum", "linear", "grouped", "pca", "tempered-pca", "truncate")] string kind)
    {
        float[] vectors = ToyVectors.Of(ToyVectors.Meanings(100, 1), 2);
        Vectors("x.npy", vectors);
        string[] steps = kind is "pca" or "tempered-pca" or "truncate" ? [] : ["--steps", "3"];
        TrainHead("head", ["--head", kind, "--dim", "5", .. steps]);

        CommandLine.Run("compress", "--head", In("head"), "--embeddings", In("x.npy"), "--output", In("y.npy")).Succeeded();

        float[] compressed = Read(In("y.npy"), 100, 5);
        Assert.That(compressed.Distinct().Count(), Is.GreaterThan(400));
        if (kind == "truncate") Assert.That(compressed[..5], Is.EqualTo(vectors[..5]));
        HeadModule module = HeadFolder.Load(In("head")).Configuration.Modules.Single();
        Assert.That((module.InputDimension, module.OutputDimension), Is.EqualTo((ToyVectors.Columns, 5)));
    }

    [Test]
    public void The_seed_decides_everything()
    {
        Vectors("x.npy", ToyVectors.Of(ToyVectors.Meanings(200, 1), 2));
        foreach ((string head, string seed) in new[] { ("one", "5"), ("again", "5"), ("other", "6") }) TrainHead(head, "--head", "quantum", "--dim", "4", "--steps", "5", "--seed", seed);

        Assert.That(Weights("again"), Is.EqualTo(Weights("one")));
        Assert.That(Weights("other"), Is.Not.EqualTo(Weights("one")));
    }

    /// <summary>Bags of words of the STS benchmark's sentences, each word a random direction: honest vectors without a model.</summary>
    [Test]
    public void Real_similarities_are_learned_better_than_components_keep_them()
    {
        const int Width = 256;
        Dictionary<string, int> sentences = [];
        List<string> pairs = [];
        foreach (string line in File.ReadLines(Shared.Path("data/sts/sts-train.csv")))
        {
            string[] columns = line.Split('\t');
            int[] rows = [.. columns[5..7].Select(sentence => sentences.TryGetValue(sentence, out int row) ? row : sentences[sentence] = sentences.Count)];
            double score = double.Parse(columns[4], CultureInfo.InvariantCulture) / 5;
            if (rows[0] != rows[1]) pairs.Add(FormattableString.Invariant($"{rows[0]}\t{rows[1]}\t{score:F3}\n"));
        }
        Write("pairs.tsv", string.Concat(pairs));
        NpyFile.Write(In("x.npy"), BagsOfWords.Of([.. sentences.OrderBy(entry => entry.Value).Select(entry => entry.Key)], Width), sentences.Count, Width);

        JsonElement json = TrainHead("head", "--pairs", In("pairs.tsv"), "--loss", "mse", "--head", "linear", "--dim", "32");

        Assert.That(Measure(json, "full vectors", "Spearman"), Is.GreaterThan(0.55));
        Assert.That(Measure(json, "linear 32", "Spearman"), Is.GreaterThan(Measure(json, "PCA 32", "Spearman") + 0.04));
    }
}
