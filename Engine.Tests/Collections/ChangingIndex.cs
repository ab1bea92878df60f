using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>Changes of a collection, one after another, each known by its number alone: so that what it is to hold after any is known too.</summary>
internal static class ChangingIndex
{
    /// <summary>Makes one in an empty folder.</summary>
    public static void Create(string folder) =>
        CollectionWriter.Create(folder, SmallCollection.Dimension, Similarity.Fidelity, "m", CodeBits.Eight).Dispose();

    /// <summary>Makes changes until it is killed, and says how many there are after each.</summary>
    public static void Change(string folder, int done)
    {
        using CollectionWriter writer = CollectionWriter.Open(folder);
        // So little that appending and merging write several segments.
        writer.Limits = new SegmentLimits(25, long.MaxValue, 30);
        for (; ; done++)
        {
            Console.WriteLine(done);
            if (IsCompaction(done)) writer.Compact(CodeBits.Eight, WorkerPool.Single);
            else if (Deleted(done) is { } deleted) writer.Delete(deleted, WorkerPool.Single);
            else Append(writer, Added(done));
        }
    }

    /// <summary>Makes what a collection holds what it holds after one change more.</summary>
    public static void Change(List<IdText> documents, int number)
    {
        if (IsCompaction(number)) return;
        if (Deleted(number) is { } deleted)
        {
            documents.RemoveAll(document => deleted.Contains(document.Id));
            return;
        }
        IdText[] added = Added(number);
        HashSet<string> ids = [.. added.Select(document => document.Id)];
        documents.RemoveAll(document => ids.Contains(document.Id));
        documents.AddRange(added);
    }

    /// <summary>The vector of a document, which tells its version.</summary>
    public static float[] Vector(IdText document) => SmallCollection.Vector(document.Text.Length + (31 * document.Id.Length));

    private static bool IsCompaction(int number) => number % 13 == 12;

    private static HashSet<string>? Deleted(int number) =>
        number % 5 == 4 ? [.. Enumerable.Range(0, 90).Where(i => i % 7 == number % 7).Select(i => $"d{i}")] : null;

    private static IdText[] Added(int number)
    {
        int first = number * 17 % 60, count = 1 + (number % 30);
        return [.. Enumerable.Range(first, count).Select(i => new IdText($"d{i}", $"version {number} of {i} {new string('x', number % 40)}"))];
    }

    private static void Append(CollectionWriter writer, IdText[] documents) => writer.Append(
        target => target.Add(documents, [.. documents.SelectMany(Vector)]), replace: true, WorkerPool.Single);
}
