using System.Text;
using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Storage;

/// <summary>Compressed judgements and runs: what is read, and the one line that a damaged file gives.</summary>
public sealed class GzipInputTests
{
    private const string Text = "q Q0 first 1 3 tag\nq Q0 second 2 2.5 tag\nr Q0 first 1 -1 tag\n";

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Create() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void Runs_and_judgements_are_decompressed()
    {
        Run run = RunFile.Read(_folder.Write("run.GZ", Gzip.Compress(Text)));
        Qrels qrels = QrelsFile.Read(_folder.Write("qrels.gz", Gzip.Compress("q 0 d 1\n")));

        Assert.That(run.QueryIds, Is.EqualTo(new[] { "q", "r" }));
        Assert.That(run.TryGet("q", out RankedList? list), Is.True);
        Assert.That(list!.AsSpan().ToArray(), Is.EqualTo(new ScoredDocument[] { new("first", 3), new("second", 2.5f) }));
        Assert.That(qrels.Judged("q"), Is.EqualTo(new Dictionary<string, int> { ["d"] = 1 }));
    }

    [Test]
    public void Several_members_are_one_file() =>
        Assert.That(Read([.. Gzip.Compress("q Q0 "), .. Gzip.Compress(""), .. Gzip.Compress("d 1")]), Is.EqualTo("q Q0 d 1"));

    [Property]
    public bool What_was_compressed_is_read(byte[] seed, ushort repetitions)
    {
        // Up to a few times the buffer.
        byte[] content = [.. Enumerable.Repeat(seed, repetitions % 3000).SelectMany(bytes => bytes)];
        return Read(Gzip.Compress(content), Encoding.Latin1) == Encoding.Latin1.GetString(content);
    }

    [Test]
    public void Every_truncation_is_named()
    {
        byte[] whole = Gzip.Compress(Text);
        for (int length = 1; length < whole.Length; length++)
        {
            string path = _folder.Write("short.gz", whole[..length]);
            Assert.That(() => RunFile.Read(path), Refused(path), $"{length} of {whole.Length} bytes");
        }
    }

    // Bytes behind the cut are decompressed as if they were the file's: none of what they make may be read as lines.
    [Test]
    public void A_truncated_large_file_is_named_as_such()
    {
        byte[] whole = Gzip.Compress(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"q Q0 d{i * 7919 % 100_003} {i} {20 - (i * 0.001f)} tag\n")));
        for (int length = 11; length < whole.Length; length += whole.Length / 300)
        {
            string path = _folder.Write("short.gz", whole[..length]);
            Assert.That(() => RunFile.Read(path), Refused(path), $"{length} of {whole.Length} bytes");
        }
        Assert.That(RunFile.Read(_folder.Write("whole.gz", whole)).QueryIds, Is.EqualTo(new[] { "q" }));
    }

    [Test]
    public void A_second_member_that_ends_early_is_named()
    {
        byte[] whole = Gzip.Compress(Text), more = Gzip.Compress("s Q0 first 1 3 tag\n");
        for (int length = 1; length < more.Length; length++)
        {
            string path = _folder.Write("short.gz", [.. whole, .. more[..length]]);
            Assert.That(() => RunFile.Read(path), Refused(path), $"{length} of {more.Length} bytes");
        }
    }

    [Test]
    public void Damage_is_named()
    {
        byte[] whole = Gzip.Compress(Text);
        // Behind the header every byte is data, checksum or length.
        for (int at = 10; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x55;
            string path = _folder.Write("damaged.gz", damaged);
            Assert.That(() => RunFile.Read(path), Refused(path), $"byte {at}");
        }
    }

    [Test]
    public void Other_files_are_named()
    {
        string plain = _folder.Write("plain.gz", Text), trailed = _folder.Write("trailed.gz", [.. Gzip.Compress(Text), 1, 2, 3]);
        string empty = _folder.Write("empty.gz", []), blank = _folder.Write("blank.gz", Gzip.Compress(""));

        Assert.That(() => RunFile.Read(plain), Refused(plain));
        Assert.That(() => RunFile.Read(trailed), Refused(trailed));
        Assert.That(() => RunFile.Read(empty), Throws.TypeOf<QEngineException>().With.Message.EqualTo($"expected a run, found an empty file: {empty}"));
        Assert.That(() => RunFile.Read(blank), Throws.TypeOf<QEngineException>().With.Message.EqualTo($"expected a run, found an empty file: {blank}"));
        Assert.That(
            () => QrelsFile.Read(_folder.Path("none.gz")),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo($"expected a readable file, found no such file: {_folder.Path("none.gz")}"));
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Refused(string path) =>
        Throws.TypeOf<QEngineException>().With.Message.EqualTo($"expected a whole gzip file, found other data, damage or an early end: {path}");

    private string Read(byte[] file, Encoding? encoding = null)
    {
        using GzipInput input = GzipInput.Open(_folder.Write("input.gz", file));
        using StreamReader reader = new(input, encoding ?? Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        return reader.ReadToEnd();
    }
}
