using System.Buffers.Binary;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Storage;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Collections;

/// <summary>ids.bin: what was written is found, and nothing that a file says of itself is believed.</summary>
public sealed class SegmentIdsTests
{
    [Property(MaxTest = 100)]
    public bool Every_id_is_found_in_its_row_and_no_other(string[] texts)
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("");
        string[] ids = [.. texts.Where(text => text is not null && Utf8Text.IsWellFormed(text)).Append("last\U0001F600").Distinct()];
        BlockChecksums checksums = Write(path, ids);
        using SegmentIds table = SegmentIds.Open(path, ids.Length, checksums, [])!;
        for (int row = 0; row < ids.Length; row++)
            if (table[row] != ids[row] || table.Find(ids[row]) != row || (table.Find(ids[row] + "\0") >= 0) != ids.Contains(ids[row] + "\0")) return false;
        return table.Count == ids.Length;
    }

    [Test]
    public void Ids_that_are_no_text_are_not_there()
    {
        using TemporaryFolder folder = new();
        BlockChecksums checksums = Write(folder.Path(""), ["a\uFFFD", "b"]);
        using SegmentIds table = SegmentIds.Open(folder.Path(""), 2, checksums, [])!;

        Assert.That((table.Find("a\uFFFD"), table.Find("a\ud800"), table.Find("")), Is.EqualTo((0, -1, -1)));
    }

    [Test]
    public void An_id_that_is_there_twice_is_refused() =>
        Assert.That(() => Write(Path.GetTempPath(), ["a", "b", "a"]),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo("expected each id once, found 'a' twice"));

    [Test]
    public void A_file_under_changes_of_every_kind_whose_checksum_was_made_to_fit()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("ids.bin");
        Write(folder.Path(""), ["one", "two", "three", "\u00e9"]);
        void Read()
        {
            using SegmentIds table = SegmentIds.Open(folder.Path(""), 4, BlockChecksums.Compute(path), [])!;
            for (int row = 0; row < 4; row++) table.Find(table[row]);
            table.Find("two");
        }
        Attack attack = new(path, Read, multiple: 10);

        attack.Truncations();
        attack.FlippedBits();
        attack.RandomChanges(seed: 3, rounds: 1000);
        Assert.That(attack.Refused, Is.GreaterThan(500));
    }

    [TestCase(0, 5, "expected 4 ids of 13 bytes, found 5 of 13 bytes")]
    [TestCase(8, 14, "found row 0 from 0 to 14")]
    [TestCase(16, 2, "found row 1 from 3 to 2")]
    [TestCase(32, 12, "expected 4 ids of 13 bytes, found 4 of 12 bytes")]
    [TestCase(48, 4, "expected rows below 4, found 4")]
    [TestCase(48, -1, "expected rows below 4, found -1")]
    public void Numbers_that_lie_are_named(int at, int number, string message)
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("ids.bin");
        Write(folder.Path(""), ["one", "two", "three", "\u00e9"]);
        byte[] bytes = File.ReadAllBytes(path);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), number);
        File.WriteAllBytes(path, bytes);

        Assert.That(
            () =>
            {
                using SegmentIds table = SegmentIds.Open(folder.Path(""), 4, BlockChecksums.Compute(path), [])!;
                for (int row = 0; row < 4; row++) table.Find(table[row]);
            },
            Throws.TypeOf<QEngineException>().With.Message.Contains(message).And.Message.Contains("ids.bin"));
    }

    private static BlockChecksums Write(string folder, string[] ids)
    {
        SegmentIdsWriter writer = new();
        foreach (string id in ids) writer.Add(id);
        return writer.Write(folder);
    }
}
