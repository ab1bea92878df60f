using System.Runtime.InteropServices;
using System.Security.Cryptography;
using QEngine.Retrieval;

namespace QEngine.Tools.Indexing;

/// <summary>Checks that every id of a file occurs once, with eight bytes an id in memory rather than the ids themselves.</summary>
/// <remarks>
/// Ids are compared by a hash; those few whose hash occurs twice are compared themselves in a second pass, so the answer is exact.
/// </remarks>
internal static class DistinctIds
{
    /// <summary>Counts the texts and checks every row.</summary>
    /// <param name="texts">The texts.</param>
    /// <exception cref="QEngineException">A row is malformed, an id occurs twice, or there is no row.</exception>
    public static long Count(TextSource texts) => Count(texts, Hash);

    /// <summary>The same with a hash of the caller's.</summary>
    internal static long Count(TextSource texts, Func<string, ulong> hash)
    {
        List<ulong> hashes = [];
        foreach (IdText text in texts.Read()) hashes.Add(hash(text.Id));
        Span<ulong> sorted = CollectionsMarshal.AsSpan(hashes);
        sorted.Sort();
        HashSet<ulong> shared = [];
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] == sorted[i - 1]) shared.Add(sorted[i]);
        }
        if (shared.Count > 0) RequireDistinct(texts, id => shared.Contains(hash(id)));
        return sorted.Length;
    }

    private static void RequireDistinct(TextSource texts, Predicate<string> suspected)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        long row = 0;
        foreach (IdText text in texts.Read())
        {
            row++;
            if (suspected(text.Id) && !seen.Add(text.Id)) throw TextFile.Repeated(text.Id, row, texts.Name);
        }
    }

    private static ulong Hash(string id)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(id.AsSpan()), digest);
        return MemoryMarshal.Read<ulong>(digest);
    }
}
