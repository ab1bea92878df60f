using NUnit.Framework;
using QEngine.Storage;

namespace QEngine.Tests.Tools.Commands;

/// <summary>What <c>train-head</c> refuses, each in one line and with nothing written.</summary>
public sealed class TrainHeadErrorTests : CommandFixture
{
    private static string Golden(string file) => Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "train-head", file);

    [TestCase("expected --group-size or --pairs, found both", "--group-size", "5", "--pairs", "p.tsv")]
    [TestCase("expected --ids with --pairs, found no --pairs", "--ids", "i.txt")]
    [TestCase("expected --epochs or --steps, found both", "--head", "linear", "--epochs", "1", "--steps", "1")]
    [TestCase("expected --epochs of at least 1, found 0", "--epochs", "0")]
    [TestCase("expected --batch of at least 1, found 0", "--batch", "0")]
    [TestCase("expected at most 100000000 steps, found 2000000000", "--head", "quantum", "--dim", "4", "--steps", "2000000000")]
    [TestCase("expected at most 100000000 steps, found 10000000000", "--head", "quantum", "--dim", "4", "--epochs", "2000000000")]
    [TestCase("expected --lr above 0, found NaN", "--lr", "NaN")]
    [TestCase("expected --lr-schedule linear or constant, found 'cosine'", "--lr-schedule", "cosine")]
    [TestCase("expected --dev-share from 0 to below 1, found 1", "--dev-share", "1")]
    [TestCase("expected --head quantum, entangled, linear, grouped, pca, tempered-pca or truncate, found 'none'", "--head", "none")]
    [TestCase("expected --groups with --head grouped, found --head linear", "--head", "linear", "--groups", "2")]
    [TestCase("expected --groups to divide --dim 8, found 3", "--head", "grouped", "--dim", "8", "--groups", "3")]
    [TestCase("expected --code-bytes numbers from 1 to 65536 with commas between, found '0'", "--code-bytes", "64,0")]
    [TestCase("expected --code-bytes numbers from 1 to 65536 with commas between, found 'x'", "--code-bytes", "x")]
    [TestCase("expected --rivals with --dev-share above 0: nothing is held out to compare on", "--rivals", "all", "--dev-share", "0", "--dim", "8")]
    [TestCase("expected --gate controlled_u or cnot, found 'cz'", "--gate", "cz")]
    [TestCase("expected --angles all or effective, found 'half'", "--angles", "half")]
    [TestCase("expected --tau above 0, found 0", "--tau", "0")]
    [TestCase("expected --encoding-scale standardize, learned, per-input or fixed:X with X from 1E-30 to 1E+30, found 'none'", "--head", "quantum", "--encoding-scale", "none")]
    [TestCase("expected --encoding-scale standardize, learned, per-input or fixed:X with X from 1E-30 to 1E+30, found 'fixed:0'", "--encoding-scale", "fixed:0")]
    [TestCase("expected --encoding-scale standardize, learned, per-input or fixed:X with X from 1E-30 to 1E+30, found 'fixed:1,5'", "--encoding-scale", "fixed:1,5")]
    [TestCase("expected --encoding-scale with --head quantum or entangled, found --head linear", "--head", "linear", "--dim", "4", "--encoding-scale", "learned")]
    [TestCase("expected no --steps with --head pca, which is not trained and is the default without labels", "--dim", "4", "--steps", "3")]
    [TestCase("expected no --steps with --head pca, which is not trained", "--head", "pca", "--steps", "3")]
    [TestCase("expected no --lr with --head truncate, which is not trained", "--head", "truncate", "--lr", "3")]
    [TestCase("expected --matryoshka with --head linear, found --head quantum", "--head", "quantum", "--matryoshka", "4")]
    [TestCase("expected --matryoshka numbers from 1 to 8 with commas between, found '9'", "--head", "linear", "--dim", "8", "--matryoshka", "4,9")]
    [TestCase("expected --matryoshka numbers from 1 to 8 with commas between, found ''", "--head", "linear", "--dim", "8", "--matryoshka", "4,")]
    [TestCase("expected --loss ranking for groups, found 'mse'", "--group-size", "5", "--loss", "mse")]
    [TestCase("expected --loss cosent or mse or ranking for pairs, found 'distill'", "--pairs", "p.tsv", "--loss", "distill")]
    [TestCase("expected --loss distill or mse for vectors without labels, found 'ranking'", "--head", "quantum", "--loss", "ranking")]
    public void Options_that_do_not_fit_are_said_in_one_line(string message, params string[] arguments)
    {
        CommandLine.Run(["train-head", "--embeddings", Golden("embeddings.npy"), "--out", In("head"), .. arguments]).Failed(2, message);
        Assert.That(Directory.Exists(In("head")), Is.False);
    }

    [TestCase("standardize")]
    [TestCase("fixed:2")]
    public void Angles_that_are_read_keep_their_scale(string scale) =>
        CommandLine.Run(
            "train-head", "--embeddings", Golden("embeddings.npy"), "--head", "quantum", "--dim", "16", "--initial", Golden("head_initial.safetensors"), "--encoding-scale", scale, "--out", In("head"))
            .Failed(2, $"expected --encoding-scale fixed:1, learned or per-input with --initial, whose angles are for its own scale, found {scale}");

    [TestCase("0\t1\t2\n1\t2\t2\n", "cosent", "expected scores that differ, found 2 only in ")]
    [TestCase("0\t1\t0\n1\t2\t5\n", "mse", "expected scores from 0 to 1 for the loss mse, found 0 to 5 in ")]
    [TestCase("0\t1\t0\n1\t2\t-5\n", "ranking", "expected pairs with a score above 0 to rank first, found none among 2")]
    [TestCase("0\t1\t1\n", "ranking", "expected at least 2 queries to hold one out (--dev-share 0 holds none out), found 1")]
    [TestCase("0\t1\t1\n1\t400\t2\n", "cosent", "expected a row number from 0 to 319, found \"400\", line 2 of ")]
    public void Pairs_that_do_not_fit_are_said_in_one_line(string pairs, string loss, string message)
    {
        Write("pairs.tsv", pairs);

        CommandLine.Run("train-head", "--embeddings", Golden("embeddings.npy"), "--head", "quantum", "--dim", "8", "--pairs", In("pairs.tsv"), "--loss", loss, "--out", In("head")).Failed(1, message);

        Assert.That(Directory.Exists(In("head")), Is.False);
    }

    [Test]
    public void Vectors_that_do_not_fit_are_said_in_one_line()
    {
        NpyFile.Write(In("wide.npy"), new float[2 * 4097], 2, 4097);
        NpyFile.Write(In("flat.npy"), new float[12], 12);
        NpyFile.Write(In("none.npy"), [], 0, 12);
        NpyFile.Write(In("equal.npy"), new float[40 * 6], 40, 6);

        Fails("wide.npy", "expected vectors of at most 4096 numbers, found 4097 in ");
        Fails("flat.npy", "expected vectors [rows, d], found an array of 12 numbers in 1 dimension(s) in ");
        Fails("none.npy", "expected vectors [rows, d], found an array of 0 numbers");
        Fails("equal.npy", "expected vectors that differ, found 36 that are the same");

        void Fails(string file, string message) => CommandLine.Run("train-head", "--embeddings", In(file), "--dim", "2", "--out", In("head")).Failed(1, message);
    }

    [TestCase(2, "expected --group-size of at least 3", "--group-size", "2", "--steps", "1")]
    [TestCase(2, "expected --steps of at least 1, found 0", "--group-size", "5", "--steps", "0")]
    [TestCase(2, "expected --dim from 1 to 48, the width of the input, found 49", "--group-size", "5", "--steps", "1", "--dim", "49")]
    [TestCase(1, "expected a number of rows that is a multiple of the group size 7, found 320", "--group-size", "7", "--steps", "1", "--dim", "4")]
    public void Numbers_that_do_not_fit_are_said_in_one_line(int code, string message, params string[] arguments)
    {
        CommandLine.Run(["train-head", "--embeddings", Golden("embeddings.npy"), "--out", In("head"), .. arguments]).Failed(code, message);
        Assert.That(Directory.Exists(In("head")), Is.False);
    }

    [Test]
    public void A_folder_that_cannot_be_written_is_refused_before_the_training()
    {
        string file = Write("head", "a file");

        CommandLine line = CommandLine.Run("train-head", "--embeddings", Golden("embeddings.npy"), "--group-size", "5", "--dim", "4", "--steps", "2", "--out", file);

        line.Failed(1, "expected a folder to write, found a file");
        Assert.That(line.Error, Does.Not.Contain("%"));
    }

    [Test]
    public void A_value_that_is_not_a_number_is_named_by_row_and_column()
    {
        float[] values = new float[12];
        values[7] = float.NaN;
        NpyFile.Write(In("x.npy"), values, 3, 4);

        CommandLine.Run("train-head", "--embeddings", In("x.npy"), "--group-size", "3", "--dim", "2", "--steps", "1", "--out", In("head")).Failed(1, "found NaN", "row 1", "column 3");
    }
}
