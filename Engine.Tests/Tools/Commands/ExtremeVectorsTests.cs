using System.Text.Json;
using NUnit.Framework;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tests.Tools.Heads;
using QEngine.Training;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Vectors of finite numbers whose squares are none, or vanish: a right result, or one line with file and row.</summary>
public sealed class ExtremeVectorsTests : CommandFixture
{
    private static readonly float[] Usual = ToyVectors.Of(ToyVectors.Meanings(60, 1), 2);

    [Test]
    public void A_vector_out_of_all_proportion_is_named(
        [Values(1e30f, -3e38f, 1e15f)] float value, [Values("quantum", "linear", "pca", "truncate")] string head, [Values(0, 7, 59)] int row)
    {
        float[] vectors = [.. Usual];
        vectors[(row * ToyVectors.Columns) + 5] = value;
        Save(vectors);

        TrainHead("--head", head).Failed(1, "expected vectors of a length of at most ", $" at row {row} of ", "x.npy");
        Assert.That(Directory.Exists(In("head")), Is.False);
    }

    [TestCase("--pairs", "pairs.tsv", "--loss", "cosent")]
    [TestCase("--pairs", "pairs.tsv", "--loss", "ranking")]
    [TestCase("--group-size", "3")]
    public void So_it_is_in_every_task(params string[] task)
    {
        float[] vectors = [.. Usual];
        vectors[4 * ToyVectors.Columns] = 1e30f;
        Save(vectors);
        Write("pairs.tsv", "0\t1\t1\n2\t3\t0.5\n4\t5\t0.1\n");

        TrainHead(["--head", "linear", .. task.Select(option => option == "pairs.tsv" ? In(option) : option)]).Failed(1, " at row 4 of ", "x.npy");
    }

    [Test]
    public void All_of_them_may_be_large_or_small([Values(1e30f, 1e-30f, 1e-42f)] float unit, [Values("quantum", "linear", "pca", "truncate")] string head)
    {
        Save([.. Usual.Select(value => value * unit)]);

        JsonElement json = TrainHead("--head", head, "--json").Json();
        CommandLine.Run("compress", "--head", In("head"), "--input", In("x.npy"), "--output", In("y.npy")).Succeeded();

        foreach (JsonElement row in json.GetProperty("comparison").EnumerateArray())
            Assert.That(row.GetProperty("overlap@10").ValueKind, Is.EqualTo(JsonValueKind.Number), $"{row.GetProperty("name")}");
        Assert.That(Read(In("y.npy"), 60, 4), Has.All.Matches<float>(float.IsFinite).And.Some.Not.Zero);
    }

    [Test]
    public void One_of_them_may_vanish([Values(0f, 1e-44f, 1e-30f)] float value, [Values("quantum", "linear", "pca", "truncate")] string head)
    {
        float[] vectors = [.. Usual];
        vectors.AsSpan(7 * ToyVectors.Columns, ToyVectors.Columns).Fill(value);
        Save(vectors);

        TrainHead("--head", head).Succeeded();
    }

    [Test]
    public void Vectors_of_zeros_have_nothing_to_learn_from()
    {
        Save(new float[60 * ToyVectors.Columns]);

        TrainHead("--head", "linear").Failed(1, "expected vectors that differ, found ");
    }

    [Test]
    public void Without_a_held_out_part_targets_are_cosines_of_any_vectors([Values(1f, 1e19f, 1e30f)] float unit)
    {
        Save([.. Usual.Select(value => value * unit)]);

        JsonElement json = TrainHead("--head", "quantum", "--dev-share", "0", "--json").Json();

        Assert.That(json.GetProperty("last_loss").GetDouble(), Is.InRange(0, 20));
    }

    [Test]
    public void What_a_head_cannot_hold_is_named_by_file_and_row()
    {
        Head head = Head.Create(new HeadConfiguration(4, new DenseModule(4, 2, DenseActivation.Identity)));
        head.Parameters.Values.AsSpan(0, 8).Fill(100);
        HeadFolder.Save(head, In("linear"));
        float[] vectors = new float[3 * 4];
        vectors[(2 * 4) + 1] = 1e37f;
        NpyFile.Write(In("x.npy"), vectors, 3, 4);

        CommandLine.Run("compress", "--head", In("linear"), "--input", In("x.npy"), "--output", In("y.npy")).Failed(1, "expected finite results, found Infinity for row 2 of ", "x.npy", "column 0");
        Assert.That(Names(), Has.None.EqualTo("y.npy"));
    }

    [Test]
    public void A_number_that_does_not_fit_single_precision_is_named_by_file_and_row()
    {
        using (FileStream file = File.Create(In("x.npy")))
        {
            string text = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }".PadRight(117) + "\n";
            file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0]);
            file.Write(System.Text.Encoding.ASCII.GetBytes(text));
            for (int i = 0; i < 12; i++) file.Write(BitConverter.GetBytes(i == 6 ? -1e300 : i));
        }

        TrainHead("--head", "linear").Failed(1, "row 1 and column 2", "x.npy");
    }

    private CommandLine TrainHead(params string[] options)
    {
        string[] steps = options.Contains("quantum") || options.Contains("linear") ? ["--steps", "20"] : [];
        return CommandLine.Run(["train-head", "--embeddings", In("x.npy"), "--dim", "4", "--out", In("head"), .. steps, .. options]);
    }

    private void Save(float[] vectors) => NpyFile.Write(In("x.npy"), vectors, vectors.Length / ToyVectors.Columns, ToyVectors.Columns);
}
