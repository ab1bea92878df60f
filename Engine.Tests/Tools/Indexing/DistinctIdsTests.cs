using NUnit.Framework;
using QEngine.Tests.Storage;
using QEngine.Tests.Support;
using QEngine.Tools.Indexing;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Tools.Indexing;

public sealed class DistinctIdsTests
{
    [Property]
    public void The_first_repetition_is_found_whatever_the_hash(byte[] ids, FsCheck.PositiveInt hashes)
    {
        using TemporaryFolder folder = new();
        TextSource texts = TextSource.From(folder.Write("in.tsv", string.Concat(ids.Select(id => $"d{id}\ttext\n")) + "last\ttext\n"));
        int repeated = Enumerable.Range(0, ids.Length).FirstOrDefault(row => ids.AsSpan(0, row).Contains(ids[row]), -1);

        // Few values, so that different ids share one.
        foreach (Func<long> count in new Func<long>[] { () => DistinctIds.Count(texts), () =>
            DistinctIds.Count(texts, id => (ulong)(id.Length % hashes.Get)) })
        {
            if (repeated < 0) Assert.That(count(), Is.EqualTo(ids.Length + 1));
            else Refused.With(() => count(), "each id once", $"'d{ids[repeated]}'", $"row {repeated + 1} of", "in.tsv");
        }
    }
}
