using System.Globalization;
using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Support;

namespace QEngine.Tests.Retrieval;

/// <summary>A run of a million lines: what is read of it is what is kept.</summary>
public sealed class LargeRunTests
{
    private const int Queries = 1000, Depth = 1000;

    // The most that is allocated for a line, dropped tables of smaller size included: id 40 bytes, tables up to 100, ranked list 16.
    private const int MostBytesALine = 200;

    [TestCase("run.trec")]
    [TestCase("run.trec.gz")]
    public void A_million_lines_cost_what_they_hold(string name)
    {
        using TemporaryFolder folder = new();
        string path = folder.Path(name);
        WriteRun(path);
        Qrels qrels = new();
        for (int query = 0; query < Queries; query++) qrels.Add($"{query}", $"d{Depth - 1:D7}", 1);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Run run = RunFile.Read(path);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Evaluation evaluation = Evaluation.Compute(qrels, run, [Measure.Parse("RR"), Measure.Parse("NumRet")]);

        Assert.That(allocated, Is.LessThan((long)MostBytesALine * Queries * Depth));
        Assert.That(evaluation.Summary(1), Is.EqualTo(Queries * Depth));
        Assert.That(evaluation.Summary(0), Is.EqualTo(1.0 / Depth).Within(1e-12));
    }

    // Line by line another query: the worst order for the reader.
    private static void WriteRun(string path)
    {
        Stream file = File.Create(path);
        if (path.EndsWith(".gz", StringComparison.Ordinal)) file = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Fastest);
        using StreamWriter writer = new(file);
        for (int rank = 0; rank < Depth; rank++)
            for (int query = 0; query < Queries; query++)
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{query} Q0 d{rank:D7} {rank + 1} {20 - (rank / 64.0)} large"));
    }
}
