using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>Collections of random documents for tests: d0, d1, ... with the texts text 0, text 1, ...</summary>
internal static class SmallCollection
{
    public const int Dimension = 8;

    /// <summary>An empty folder.</summary>
    public static string NewFolder(TemporaryFolder folder, string name = "index") => Directory.CreateDirectory(folder.Path(name)).FullName;

    /// <summary>Writes segments of as many documents each, and deletes every seventh.</summary>
    public static string Write(TemporaryFolder folder, CodeBits? codes, params int[] segments)
    {
        string path = NewFolder(folder);
        using CollectionWriter writer = CollectionWriter.Create(path, Dimension, Similarity.Fidelity, "QBEC", codes);
        int first = 0;
        foreach (int count in segments)
        {
            Append(writer, first, count);
            first += count;
        }
        writer.Delete(Enumerable.Range(0, first).Where(i => i % 7 == 0).Select(i => $"d{i}").ToHashSet(), WorkerPool.Single);
        return path;
    }

    public static int Append(CollectionWriter writer, int first, int count, bool replace = false) => writer.Append(
        target => target.Add([.. Enumerable.Range(first, count).Select(i => new IdText($"d{i}", $"text {i}"))], Vectors(first, count)),
        replace,
        WorkerPool.Single);

    public static float[] Vectors(int first, int count) => [.. Enumerable.Range(first, count).SelectMany(Vector)];

    public static float[] Vector(int i)
    {
        SplittableRandom random = new SplittableRandom(11).Split((ulong)i);
        return [.. Enumerable.Range(0, Dimension).Select(_ => (float)(random.NextDouble() * Math.PI))];
    }

    public static string[] Ids(string path)
    {
        using Collection collection = Collection.Open(path, WorkerPool.Single);
        return [.. collection.Indices().Select(index => collection.Document(index).Id)];
    }

    /// <summary>Files under a folder that this process has open or mapped; empty where the system does not tell.</summary>
    public static string[] Held(string folder)
    {
        if (!OperatingSystem.IsLinux()) return [];
        IEnumerable<string> mapped = File.ReadLines("/proc/self/maps").Where(line => line.Contains(folder, StringComparison.Ordinal));
        IEnumerable<string> open = Directory.EnumerateFiles("/proc/self/fd").Select(Target).OfType<string>()
            .Where(target => target.Contains(folder, StringComparison.Ordinal));
        return [.. mapped, .. open];

        static string? Target(string path)
        {
            try
            {
                return new FileInfo(path).LinkTarget;
            }
            catch (IOException)
            {
                // Closed meanwhile.
                return null;
            }
        }
    }
}
