using System.Text.Json;
using NUnit.Framework;
using QEngine.Tests.Tools.Pretrained;

namespace QEngine.Tests.Tools.Commands;

/// <summary><c>qengine models</c>, and names in place of folders.</summary>
public sealed class ModelsCommandTests : CommandFixture
{
    private const string MiniLm = "all-MiniLM-L6-v2";

    private CacheFolder _cache = null!;

    [SetUp]
    public void MakeCache() => _cache = new CacheFolder();

    [TearDown]
    public void DeleteCache() => _cache.Dispose();

    [Test]
    public void The_list_says_what_is_known_and_what_is_there()
    {
        JsonElement before = CommandLine.Run("models", "--json").Json();
        Put(MiniLm);
        JsonElement after = CommandLine.Run("models", "--json").Json();

        Assert.That(before.GetProperty("cache").GetString(), Is.EqualTo(_cache.Models));
        string[] members = ["name", "licence", "dimension", "pooling", "max_length", "trec_dl_2019_ndcg_at_10"];
        Assert.That(
            before.GetProperty("models").EnumerateArray().Select(
                row => string.Join(' ', members.Select(member => row.GetProperty(member)))),
            Is.EqualTo(new[] { "all-MiniLM-L6-v2 Apache-2.0 384 mean 256 0.686", "snowflake-arctic-embed-xs Apache-2.0 384 cls 512 0.742" }));
        Assert.That(before.GetProperty("models")[0].GetProperty("folder").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(after.GetProperty("models")[0].GetProperty("folder").GetString(), Is.EqualTo(Path.Combine(_cache.Models, MiniLm)));
        Assert.That(CommandLine.Run("models").Succeeded().Output,
            Does.Contain(MiniLm).And.Contain("Apache-2.0").And.Contain("91 MB").And.Contain("0.742"));
    }

    [Test]
    public void A_model_that_is_there_is_not_fetched_again()
    {
        Put(MiniLm);

        CommandLine run = CommandLine.Run("models", "get", MiniLm).Succeeded();

        Assert.That((run.Output, run.Error), Is.EqualTo((Path.Combine(_cache.Models, MiniLm) + "\n", "")));
        CommandLine.Run("models", "get", MiniLm, "--out", In("copy")).Succeeded();
        Assert.That(File.ReadAllBytes(In("copy/model.safetensors")),
            Is.EqualTo(File.ReadAllBytes(Path.Combine(Plain, "model.safetensors"))));
    }

    [Test]
    public void A_name_is_taken_by_every_model_and_encoder_option()
    {
        Put(MiniLm);
        string texts = Write("texts.tsv", "1\tred car\n2\tgreen tree\n3\tblue sky\n"),
            pairs = Write("pairs.tsv", "red\tred car\t1\nblue\told tree\t0\n");
        string queries = Write("queries.tsv", "1\tred\n"), qrels = Write("qrels.txt", "1 0 1 1\n"),
            scored = Write("sts.tsv", "red car\tred\t1\ngreen tree\tsky\t2\ntree\ttree\t3\n");

        CommandLine.Run("info", "--model", MiniLm).Succeeded();
        CommandLine.Run("embed", "--model", MiniLm, "--input", texts, "--output", In("texts.npy")).Succeeded();
        CommandLine.Run("index", "--model", MiniLm, "--input", texts, "--output", In("index")).Succeeded();
        CommandLine.Run("evaluate", "--model", MiniLm, "--queries", queries, "--passages", texts, "--qrels", qrels).Succeeded();
        CommandLine.Run("bench", "--model", MiniLm, "--batch", "2", "--tokens", "4").Succeeded();
        CommandLine.Run("bench", "--encoder", MiniLm, "--batch", "2", "--tokens", "4").Succeeded();
        CommandLine.Run("evaluate-sts", "--model", MiniLm, "--pairs", scored).Succeeded();
        CommandLine.Run(
            "train", "--encoder", MiniLm, "--pairs", pairs, "--out", In("trained"), "--epochs", "1", "--batch", "2", "--max-length", "8",
                "--head", "linear", "--dim", "4").Succeeded();

        Assert.That(Read(In("texts.npy"), 3, 16),
            Is.EqualTo(Embed(Plain, QEngine.Models.EmbeddingFormat.Default, "red car", "green tree", "blue sky")));
    }

    [Test]
    public void A_folder_wins_over_a_name()
    {
        string working = Directory.GetCurrentDirectory();
        Put(MiniLm);
        Copy(Linear, In(MiniLm));
        try
        {
            Directory.SetCurrentDirectory(Folder);
            Assert.That(CommandLine.Run("info", "--model", MiniLm, "--json").Json().GetProperty("dimension").GetInt32(), Is.EqualTo(6));
        }
        finally
        {
            Directory.SetCurrentDirectory(working);
        }
        Assert.That(CommandLine.Run("info", "--model", MiniLm, "--json").Json().GetProperty("dimension").GetInt32(), Is.EqualTo(16));
    }

    [Test]
    public void An_unknown_name_says_which_are_known()
    {
        CommandLine.Run("info", "--model", "all-MiniLM").Failed(
            1, "all-MiniLM-L6-v2, snowflake-arctic-embed-xs", "no such folder: all-MiniLM");
        CommandLine.Run("models", "get", "all-MiniLM").Failed(2, "all-MiniLM-L6-v2, snowflake-arctic-embed-xs", "'all-MiniLM'");
        CommandLine.Run("bench", "--encoder", "huge").Failed(2, "tiny, mini", "all-MiniLM-L6-v2", "'huge'");
        CommandLine.Run("train", "--encoder", "huge", "--pairs", Write("pairs.tsv", "a\tb\n"), "--out", In("m")).Failed(
            2, "all-MiniLM-L6-v2", "'huge'");
    }

    private void Put(string name) => Copy(Plain, Path.Combine(_cache.Models, name));

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
