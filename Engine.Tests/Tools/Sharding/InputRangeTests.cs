using System.Text;
using FsCheck;
using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Tools.Cli;
using QEngine.Tools.Sharding;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Tools.Sharding;

/// <summary>Where files are cut into shards.</summary>
public sealed class InputRangeTests
{
    [Property]
    public void The_texts_of_all_shards_are_those_of_the_file(NonEmptyArray<byte> lengths, PositiveInt shards, bool crlf, bool open, bool mark)
    {
        using TemporaryFolder folder = new();
        string end = crlf ? "\r\n" : "\n";
        string text = string.Join(end, lengths.Get.Select((length, i) => $"{i}\t{new string('x', length % 40)}é")) + (open ? "" : end);
        string path = folder.Write("in.tsv", [.. mark ? Encoding.UTF8.GetPreamble() : [], .. Encoding.UTF8.GetBytes(text)]);
        int count = shards.Get;

        InputRange[] ranges = [.. Enumerable.Range(0, count).Select(i => Cut(path, i, count))];

        Assert.That(ranges.SelectMany(range => range.Texts.Read()), Is.EqualTo(IdTextFile.Read(path)));
        Assert.That(ranges[0].Input.First, Is.Zero);
        Assert.That(ranges.Select(range => range.Input.End), Is.EqualTo(ranges[1..].Select(range => range.Input.First).Append(new FileInfo(path).Length)));
        Assert.That(ranges.Select(range => range.Input.Sample).Distinct().Count(), Is.EqualTo(1));
        long most = new FileInfo(path).Length / count, line = text.Split('\n').Max(Encoding.UTF8.GetByteCount) + 4;
        Assert.That(ranges.Max(range => range.Input.End - range.Input.First), Is.LessThanOrEqualTo(most + line + 1));
    }

    [Test]
    public void Ids_of_txt_and_places_in_messages_are_those_of_the_file()
    {
        using TemporaryFolder folder = new();
        string txt = folder.Write("in.txt", string.Concat(Enumerable.Range(0, 50).Select(i => new string('a', i % 7) + "\n")));
        for (int shards = 1; shards < 70; shards += 4)
            Assert.That(Enumerable.Range(0, shards).SelectMany(i => Cut(txt, i, shards).Texts.Read()), Is.EqualTo(IdTextFile.Read(txt)));

        string tsv = folder.Write("in.tsv", "a\tone\nb\ttwo\nc three\n");
        Assert.That(() => Cut(tsv, 1, 2).Texts.Count(), Throws.InstanceOf<QEngineException>().With.Message.Contains("line 1 of").And.Message.Contains("in.tsv from byte 12 on"));
        string bad = folder.Write("in2.txt", [.. Encoding.UTF8.GetBytes(new string('a', 30) + "\n" + new string('b', 20)), 0xff, (byte)'\n']);
        Assert.That(() => Cut(bad, 1, 2).Texts.Count(), Throws.InstanceOf<QEngineException>().With.Message.Contains("at byte 51, line 2 of"));
    }

    [Test]
    public void What_cannot_be_cut_is_refused()
    {
        using TemporaryFolder folder = new();
        Assert.That(() => Cut("-", 0, 2), Throws.InstanceOf<UsageException>().With.Message.Contains("standard input, which can be read only once"));
        Assert.That(() => Cut(folder.Write("a.tsv.gz", "x"), 0, 2), Throws.InstanceOf<QEngineException>().With.Message.Contains("found a compressed file"));
        Assert.That(() => Cut(folder.Write("a.json", "{}"), 0, 2), Throws.InstanceOf<QEngineException>().With.Message.Contains("found one JSON object"));
        Assert.That(() => Cut(folder.Write("a.txt", ""), 0, 2), Throws.InstanceOf<QEngineException>().With.Message.Contains("found an empty file"));
    }

    private static InputRange Cut(string path, int index, int count) =>
        InputRange.Cut(InputFile.From("--input", path, found => found), null, new Shard(index, count));
}
