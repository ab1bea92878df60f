using System.Text.Json;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Simd;
using QEngine.Storage;
using QEngine.Tests.Support;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Sharding;

namespace QEngine.Tests.Tools.Sharding;

/// <summary><c>--shard</c> and <c>--merge</c> of <c>embed</c> and <c>index</c>, against one run.</summary>
public sealed class ShardCommandTests : CommandFixture
{
    private const int Texts = 200, Shards = 4;

    private static readonly string[] Words = ["red", "green", "blue", "cars", "trees", "sky", "fast", "old"];

    [SetUp]
    public void WriteTexts()
    {
        Random random = new(5);
        string[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => string.Join(' ', Enumerable.Range(0, 1 + random.Next(9)).Select(_ => Words[random.Next(Words.Length)])))];
        Write("d.tsv", string.Concat(Some(Texts).Select((text, i) => $"d{i}\t{text}\n")));
        Write("q.tsv", string.Concat(Some(20).Select((text, i) => $"q{i}\t{text}\n")));
    }

    [Test]
    public void An_index_of_shards_is_that_of_one_run([Values] bool quantum, [Values(1, 4, 7)] int shards)
    {
        string model = quantum ? Quantum : Linear;
        CommandLine.Run("index", "--model", model, "--input", In("d.tsv"), "--output", In("one")).Succeeded();
        // In any order.
        foreach (int i in Enumerable.Range(0, shards).Reverse())
        {
            JsonElement made = Index(i, shards, "--model", model, "--json").Json();
            Assert.That((made.GetProperty("shard").GetInt32(), made.GetProperty("shards").GetInt32(), made.GetProperty("skipped").GetBoolean()), Is.EqualTo((i, shards, false)));
        }

        CommandLine merged = CommandLine.Run("index", "--merge", "--output", In("many"), "--json");

        Assert.That((merged.Json().GetProperty("documents").GetInt32(), merged.Json().GetProperty("merged").GetInt32()), Is.EqualTo((Texts, shards)));
        Assert.That(Directory.EnumerateFileSystemEntries(In("many")).Select(Path.GetFileName).Where(name => !SegmentEntry.IsName(name!)), Is.EquivalentTo(new[] { "index.json", "model", "writer.lock" }));
        CollectionManifest manifest = CollectionManifest.Read(In("many"));
        Assert.That(Joined("many", manifest, SegmentFile.DocumentsName), Is.EqualTo(Joined("one", CollectionManifest.Read(In("one")), SegmentFile.DocumentsName)), "texts");
        Assert.That(Rows("many", manifest), Is.EqualTo(Rows("one", CollectionManifest.Read(In("one")))), "vectors, bit for bit");
        foreach (string[] options in (string[][])[[], ["--hybrid", "rrf"], ["--hybrid", "weighted", "--weight", "0.3", "--stem"], ["--top", "1000"], ["--codes", "8", "--rescore", "200"]])
            Assert.That(Run("many", options), Is.EqualTo(Run("one", options)), string.Join(' ', options));

        CommandLine.Run("index", "--verify", "--output", In("many")).Succeeded();
        CommandLine.Run("index", "--append", "--input", Write("more.tsv", "e1\tred\n"), "--output", In("many")).Succeeded();
        CommandLine.Run("index", "--compact", "--output", In("many")).Succeeded();
        Assert.That(CollectionManifest.Read(In("many")).Count, Is.EqualTo(Texts + 1));
    }

    [Test]
    public void Finished_shards_are_kept_and_others_written_again()
    {
        foreach (int i in Enumerable.Range(0, Shards)) Index(i, Shards).Succeeded();
        string segment = Path.Combine(In("many"), "segment-002001"), record = Path.Combine(In("many"), "shard-00001-of-00004.json");
        DateTime[] Times() => [Directory.GetLastWriteTimeUtc(segment), File.GetLastWriteTimeUtc(record)];
        DateTime[] before = Times();

        CommandLine kept = Index(2, Shards, "--json");
        Assert.That(kept.Json().GetProperty("skipped").GetBoolean(), Is.True);
        Assert.That(kept.Error, Does.Contain("shard 2/4 is finished"));
        Assert.That(Times(), Is.EqualTo(before));

        // As a killed process leaves it: a segment that is whole, one that is not, and no record.
        File.Delete(record);
        Directory.CreateDirectory(Path.Combine(In("many"), "segment-001007"));
        Directory.CreateDirectory(Path.Combine(In("many"), "segment-001002.77-1.tmp"));
        CommandLine.Run("index", "--merge", "--output", In("many")).Failed(1, "expected 4 shards, found 3, without 1: ");
        Index(1, Shards).Succeeded();
        Assert.That(Directory.EnumerateDirectories(In("many"), "segment-*").Select(Path.GetFileName), Is.EquivalentTo(new[] { "segment-000001", "segment-001001", "segment-002001", "segment-003001" }));

        // One letter of another in the last shard's part alone: all others are as they were, but of another file.
        File.WriteAllText(In("d.tsv"), File.ReadAllText(In("d.tsv"))[..^2] + "x\n");
        CommandLine again = Index(3, Shards, "--json");
        Assert.That(again.Error, Does.Contain("shard 3/4: what is there is of another input"));
        Assert.That(again.Json().GetProperty("skipped").GetBoolean(), Is.False);
        CommandLine.Run("index", "--merge", "--output", In("many")).Failed(1, "expected shards of one input, found", "for shard 0/4", "for shard 3/4");
        foreach (int i in Enumerable.Range(0, Shards)) Index(i, Shards).Succeeded();
        CommandLine.Run("index", "--merge", "--output", In("many")).Succeeded();
        Index(3, Shards).Failed(1, "expected a folder of shards, found an index");
    }

    [Test]
    public void A_merge_killed_after_the_manifest_is_finished_by_another()
    {
        foreach (int i in Enumerable.Range(0, 2)) Index(i, 2).Succeeded();
        string[] records = [.. Directory.EnumerateFiles(In("many"), "shard-*.json")];
        byte[][] contents = [.. records.Select(File.ReadAllBytes)];
        CommandLine.Run("index", "--merge", "--output", In("many")).Succeeded();
        byte[] manifest = File.ReadAllBytes(In("many/index.json"));
        for (int i = 0; i < records.Length; i++) File.WriteAllBytes(records[i], contents[i]);

        CommandLine.Run("index", "--merge", "--output", In("many")).Succeeded();

        Assert.That(Directory.EnumerateFiles(In("many"), "shard-*"), Is.Empty);
        Assert.That(File.ReadAllBytes(In("many/index.json")), Is.EqualTo(manifest));
        CommandLine.Run("index", "--merge", "--output", In("many")).Failed(1, "expected shards, found none");
    }

    [Test]
    public void Shards_of_different_wholes_are_not_merged()
    {
        Index(0, 2).Succeeded();
        Index(0, 3).Failed(1, "expected 3 shards in all, as 0/3 is one, found 0/2");
        Index(1, 2, "--model", Quantum).Succeeded();
        Merge().Failed(1, "expected shards of one model, found", "for shard 0/2", "for shard 1/2");
        Index(1, 2, "--codes", "4").Succeeded();
        Merge().Failed(1, "expected shards of one codes, found '8' for shard 0/2 and '4' for shard 1/2");
        Index(1, 2).Succeeded();
        string path = In("many/shard-00001-of-00002.json"), record = File.ReadAllText(path);
        string version = System.Text.RegularExpressions.Regex.Match(record, "\"engine\": \"(.*)\"").Groups[1].Value;
        File.WriteAllText(path, record.Replace(version, "0.0.1", StringComparison.Ordinal));
        Merge().Failed(1, "expected shards of one version of this program, found", "0.0.1 for shard 1/2");
        File.WriteAllText(path, record.Replace($"\"lanes\": {Tier.Bits}", $"\"lanes\": {(Tier.Bits == 0 ? 128 : 0)}", StringComparison.Ordinal));
        string segment = In("many/segment-001001/embeddings.npy");
        byte[] vectors = File.ReadAllBytes(segment);
        File.WriteAllBytes(segment, [.. vectors[..^1], 1]);
        Merge().Failed(1, "expected sound shards, found damage: ", "segment-001001");
        File.WriteAllBytes(segment, vectors);
        using (WriterLock.Take(In("many"), "shard-00001-of-00002.lock"))
        {
            Merge().Failed(1, "expected an index that nobody else is writing");
            Index(1, 2).Failed(1, "expected an index that nobody else is writing");
        }
        Assert.That(Merge().Succeeded().Error, Does.Contain("warning: shard 0/2 was computed with lanes of"));

        CommandLine Merge() => CommandLine.Run("index", "--merge", "--output", In("many"));
    }

    [Test]
    public void An_id_of_two_shards_is_refused_when_they_are_merged()
    {
        Write("d.tsv", "a\tred\nb\tblue\nc\tgreen\na\told\n");
        foreach (int i in Enumerable.Range(0, 2)) Index(i, 2).Succeeded();

        CommandLine.Run("index", "--merge", "--output", In("many")).Failed(1, "expected each id once, found 'a' in shard 0/2 and in shard 1/2");

        Assert.That(File.Exists(In("many/index.json")), Is.False);
        Index(0, 1, "--output", In("other")).Failed(1, "expected each id once, found 'a' again");
    }

    [Test]
    public void Records_that_are_none_are_refused()
    {
        Index(0, 1).Succeeded();
        string path = In("many/shard-00000-of-00001.json");
        byte[] good = File.ReadAllBytes(path);
        Attack attack = new(path, () =>
        {
            ShardRecord record = ShardRecord.Read(path, new Shard(0, 1));
            ShardRecord.RequireWhole([record], path);
        }, multiple: 300);

        attack.Truncations();
        attack.FlippedBits();
        JsonAttack.EveryValue(good, (what, json) => attack.IsRefused(what, json));
    }

    [Test]
    public void More_shards_than_texts_leave_some_empty()
    {
        Write("d.tsv", "a\tred\nb\tblue\n");
        foreach (int i in Enumerable.Range(0, 5)) Index(i, 5).Succeeded();
        foreach (int i in Enumerable.Range(0, 5)) Embed(i, 5).Succeeded();
        CommandLine.Run("index", "--merge", "--output", In("many")).Succeeded();
        CommandLine.Run("embed", "--merge", "--output", In("many.npy")).Succeeded();
        Assert.That(CollectionManifest.Read(In("many")).Count, Is.EqualTo(2));
        Assert.That(Read(In("many.npy"), 2, 6), Is.EqualTo(Embed(Linear, EmbeddingFormat.Default, "red", "blue")));
    }

    /// <summary>The shards are deleted when they are merged: damage must not be all that is left.</summary>
    [Test]
    public void Damaged_embeddings_or_ids_of_a_shard_are_not_merged([Values("embeddings.npy", "ids.txt")] string name, [Values("flipped", "longer", "cut", "gone")] string damage)
    {
        foreach (int i in Enumerable.Range(0, 2)) Embed(i, 2, "--model", Linear).Succeeded();
        string path = In($"many.npy.shard-00001-of-00002/{name}");
        byte[] good = File.ReadAllBytes(path);
        if (damage == "gone") File.Delete(path);
        else File.WriteAllBytes(path, damage == "cut" ? good[..^1] : damage == "longer" ? [.. good, 10] : [.. good[..^2], (byte)(good[^2] ^ 1), good[^1]]);

        CommandLine.Run("embed", "--merge", "--output", In("many.npy")).Failed(1, "expected ", $"shard-00001-of-00002/{name}");

        Assert.That(File.Exists(In("many.npy")), Is.False);
        Assert.That(Directory.Exists(In("many.npy.shard-00000-of-00002")) && Directory.Exists(In("many.npy.shard-00001-of-00002")));
        Assert.That(Embed(1, 2, "--model", Linear).Succeeded().Error, Does.Contain("shard 1/2: what is there is damaged, and is written again"));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(good));
        CommandLine.Run("embed", "--merge", "--output", In("many.npy")).Succeeded();
    }

    [TestCase("\"ids.txt\": {", "\"../ids.txt\": {")]
    [TestCase("\"embeddings.npy\": {", "\"other.npy\": {")]
    [TestCase("\"files\": {", "\"rest\": {")]
    public void A_shard_without_checksums_of_its_files_is_not_merged(string old, string changed)
    {
        foreach (int i in Enumerable.Range(0, 2)) Embed(i, 2, "--model", Linear).Succeeded();
        string path = In("many.npy.shard-00001-of-00002/shard.json"), record = File.ReadAllText(path);
        Assert.That(record, Does.Contain(old));
        File.WriteAllText(path, record.Replace(old, changed, StringComparison.Ordinal));

        CommandLine.Run("embed", "--merge", "--output", In("many.npy")).Failed(1, "expected checksums of embeddings.npy and ids.txt, found others or none in ", "shard-00001-of-00002");

        Assert.That(Directory.Exists(In("many.npy.shard-00000-of-00002")));
        Embed(1, 2, "--model", Linear).Succeeded();
        CommandLine.Run("embed", "--merge", "--output", In("many.npy")).Succeeded();
    }

    [Test]
    public void Records_of_embedded_shards_that_are_none_are_refused()
    {
        Embed(0, 1, "--model", Linear).Succeeded();
        string path = In("many.npy.shard-00000-of-00001/shard.json");
        byte[] good = File.ReadAllBytes(path);
        Attack attack = new(path, () => ShardRecord.Read(path, new Shard(0, 1)), multiple: 300);

        attack.Truncations();
        attack.FlippedBits();
        JsonAttack.EveryValue(good, (what, json) => attack.IsRefused(what, json));
    }

    [Test]
    public void Embeddings_of_shards_are_those_of_one_run()
    {
        CommandLine.Run("embed", "--model", Quantum, "--input", In("d.tsv"), "--format", "amplitudes", "--prompt", "old ", "--output", In("one.npy"), "--ids", In("one.txt")).Succeeded();
        string[] options = ["--model", Quantum, "--format", "amplitudes", "--prompt", "old "];
        foreach (int i in (int[])[3, 0, 2]) Embed(i, Shards, options).Succeeded();
        CommandLine.Run("embed", "--merge", "--output", In("many.npy")).Failed(1, "expected 4 shards, found 3, without 1");
        Embed(1, Shards, "--model", Quantum, "--format", "amplitudes").Succeeded();
        CommandLine.Run("embed", "--merge", "--output", In("many.npy")).Failed(1, "expected shards of one prompt, found 'old ' for shard 0/4 and '' for shard 1/4");
        Assert.That(Embed(1, Shards, options).Succeeded().Error, Does.Contain("is written again"));
        Assert.That(Embed(1, Shards, options).Succeeded().Error, Does.Contain("shard 1/4 is finished"));
        Embed(0, 3, options).Failed(1, "expected 3 shards in all, as 0/3 is one, found 0/4");

        JsonElement merged = CommandLine.Run("embed", "--merge", "--output", In("many.npy"), "--ids", In("many.txt"), "--json").Json();

        Assert.That((merged.GetProperty("texts").GetInt32(), merged.GetProperty("width").GetInt32(), merged.GetProperty("shards").GetInt32()), Is.EqualTo((Texts, 12, Shards)));
        Assert.That(File.ReadAllBytes(In("many.npy")), Is.EqualTo(File.ReadAllBytes(In("one.npy"))));
        Assert.That(File.ReadAllText(In("many.txt")), Is.EqualTo(File.ReadAllText(In("one.txt"))).And.StartWith("d0\nd1\n"));
        Assert.That(Names(), Is.EqualTo(new[] { "d.tsv", "many.npy", "many.txt", "one.npy", "one.txt", "q.tsv" }));
    }

    [TestCase("expected --shard i/N, i from 0 to N - 1, or auto, found '4/4'", "index", "--shard", "4/4")]
    [TestCase("found '1'", "index", "--shard", "1")]
    [TestCase("found '-1/2'", "index", "--shard=-1/2")]
    [TestCase("found '0/0'", "embed", "--shard", "0/0")]
    [TestCase("expected --shard with --model and --input for a new index alone", "index", "--shard", "0/2", "--append")]
    [TestCase("expected --output and --ids alone with --merge, found --model", "embed", "--merge")]
    [TestCase("expected no --model and --input with --delete, --compact, --verify or --merge", "index", "--merge")]
    [TestCase("expected --ids with --merge rather than with --shard", "embed", "--shard", "0/2", "--ids", "ids.txt")]
    public void Wrong_usage_is_exit_code_2(string message, string command, params string[] options) =>
        CommandLine.Run([command, "--model", Linear, "--input", In("d.tsv"), "--output", In("x.npy"), .. options]).Failed(2, message);

    [Test]
    public void A_stream_is_no_input_and_no_output_of_shards()
    {
        CommandLine.RunOn("a\tred\n", "index", "--shard", "0/2", "--model", Linear, "--input", "-", "--output", In("many")).Failed(2, "which can be read only once");
        CommandLine.Run("embed", "--shard", "0/2", "--model", Linear, "--input", In("d.tsv"), "--output", "-").Failed(2, "expected --output to name a file with --shard or --merge");
        Directory.CreateDirectory(In("mine"));
        Write("mine/notes.txt", "mine");
        CommandLine.Run("index", "--shard", "0/2", "--model", Linear, "--input", In("d.tsv"), "--output", In("mine")).Failed(1, "expected a new or empty folder, or shards of an index, found \"");
    }

    private CommandLine Index(int index, int count, params string[] options) => CommandLine.Run(
        ["index", "--shard", $"{index}/{count}", .. options.Contains("--model") ? [] : (string[])["--model", Linear], "--input", In("d.tsv"), .. options.Contains("--output") ? [] : (string[])["--output", In("many")], .. options]);

    private CommandLine Embed(int index, int count, params string[] options) => CommandLine.Run(
        ["embed", "--shard", $"{index}/{count}", .. options.Contains("--model") ? [] : (string[])["--model", Linear], "--input", In("d.tsv"), "--output", In("many.npy"), .. options]);

    private byte[] Run(string index, string[] options)
    {
        CommandLine.Run(["search", "--index", In(index), "--queries", In("q.tsv"), "--run", In("run.trec"), .. options]).Succeeded();
        return File.ReadAllBytes(In("run.trec"));
    }

    private byte[] Joined(string index, CollectionManifest manifest, string file) =>
        [.. manifest.Segments.SelectMany(segment => File.ReadAllBytes(Path.Combine(In(index), segment.Name, file)))];

    private float[] Rows(string index, CollectionManifest manifest) =>
        [.. manifest.Segments.SelectMany(segment => NpyFile.Read(Path.Combine(In(index), segment.Name, SegmentFile.EmbeddingsName)).Data)];
}
