using System.IO.Compression;
using System.Text;
using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Tools.Indexing;

namespace QEngine.Tests.Tools.Indexing;

/// <summary>Collections as large as MS MARCO's: 8,841,823 passages of about 340 bytes are read within 2 GB, whatever the format.</summary>
[Category("Slow")]
[NonParallelizable]
public sealed class LargeCollectionTests
{
    private const int Passages = 8_841_823;
    private const long Streaming = 256L << 20, WithIds = 2000L << 20;

    private static readonly string Text = string.Join(' ', Enumerable.Repeat("some words of a passage that is as long as those of MS MARCO are,", 5));

    private long _peak;

    [TestCase("collection.tsv.gz")]
    [TestCase("corpus.jsonl.gz")]
    [TestCase("corpus.json.gz")]
    public void Every_passage_is_read_in_constant_memory_and_every_id_kept_in_two_gigabytes(string name)
    {
        using TemporaryFolder folder = new();
        string path = folder.Path(name);
        WritePassages(path);

        (long read, long streamed) = Peak(Sampled(IdTextFile.Read(path)).LongCount);
        // All ids of the collection, each once: what a search over all of it keeps beside the embeddings.
        (long kept, long held) = Peak(() => TextFile.Ids(new TextSource(path, () => Sampled(TextSource.From(path).Read())), _ => true).Count);

        TestContext.Out.WriteLine($"{name}: {read} passages, heap {streamed >> 20} MB streamed, {held >> 20} MB with all ids");
        Assert.That((read, kept), Is.EqualTo((Passages, Passages)));
        Assert.That(streamed, Is.LessThan(Streaming));
        Assert.That(held, Is.LessThan(WithIds));
    }

    private (long Count, long Bytes) Peak(Func<long> work)
    {
        // Gives back what the heap has no more use for, so that the difference is what the work takes.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long before = GC.GetGCMemoryInfo().TotalCommittedBytes;
        _peak = before;
        long count = work();
        return (count, _peak - before);
    }

    private IEnumerable<IdText> Sampled(IEnumerable<IdText> rows)
    {
        int row = 0;
        foreach (IdText text in rows)
        {
            if (++row % 10_000 == 0 || row == Passages) _peak = Math.Max(_peak, GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes);
            yield return text;
        }
    }

    private static void WritePassages(string path)
    {
        using GZipStream file = new(File.Create(path), CompressionLevel.Fastest);
        using StreamWriter writer = new(file, new UTF8Encoding(false), 1 << 20);
        bool isObject = path.Contains(".json.", StringComparison.Ordinal), isLines = path.Contains(".jsonl.", StringComparison.Ordinal);
        if (isObject) writer.Write('{');
        for (int i = 0; i < Passages; i++)
        {
            if (isObject) writer.Write($"{(i > 0 ? ", " : "")}\"{i}\": \"{Text}\"");
            else writer.Write(isLines ? $"{{\"_id\": \"{i}\", \"title\": \"\", \"text\": \"{Text}\", \"metadata\": {{}}}}\n" : $"{i}\t{Text}\n");
        }
        if (isObject) writer.Write('}');
    }
}
