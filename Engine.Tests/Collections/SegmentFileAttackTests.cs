using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Collections;

/// <summary>segment.json under systematic and random damage that the manifest's checksum was made to fit.</summary>
public sealed class SegmentFileAttackTests
{
    [Test]
    public void A_segment_file_under_changes_of_every_kind()
    {
        using TemporaryFolder folder = new();
        (string segment, SegmentEntry entry) = Segment(folder);
        string path = Path.Combine(segment, "segment.json");
        byte[] good = File.ReadAllBytes(path);
        Attack attack = new(path, () => SegmentFile.Read(segment, entry with { Checksum = SegmentFile.ChecksumOf(segment) }), multiple: 150);

        attack.Truncations();
        attack.FlippedBits();
        attack.RandomChanges(seed: 1, rounds: 1000);
        JsonAttack.EveryValue(good, (what, json) => attack.IsRefused(what, json));
        JsonAttack.EveryName(good, (what, json) => attack.IsRefused(what, json), (what, json) => attack.IsRefused(what, json));
    }

    [TestCase("\"bits\": 4", "\"bits\": 3", "expected 1, 4 or 8 bits, found 3")]
    [TestCase("\"bits\": 4,", "\"bits\": 4, \"residual\": -1, \"other\": 1,", "twice")]
    [TestCase("\"steps\": [", "\"steps\": [ 1,", "as many bases as steps")]
    [TestCase("\"least\": [", "\"least\": [ 1,", "expected ranges of 3 columns, found 4 and 3")]
    [TestCase("\"most\": [", "\"most\": [ 1e99,", "expected finite numbers for most")]
    [TestCase("\"documents\": 3", "\"documents\": 4", "a segment of 3 documents")]
    public void What_contradicts_itself_is_refused(string part, string other, string message)
    {
        using TemporaryFolder folder = new();
        (string segment, SegmentEntry entry) = Segment(folder);
        string path = Path.Combine(segment, "segment.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(part, other, StringComparison.Ordinal));

        Assert.That(() => SegmentFile.Read(segment, entry with { Checksum = SegmentFile.ChecksumOf(segment) }), Throws.TypeOf<QEngineException>().With.Message.Contains(message));
        Assert.That(() => SegmentFile.Read(segment, entry), Throws.TypeOf<QEngineException>().With.Message.Contains("expected the checksum of index.json"));
    }

    private static (string Path, SegmentEntry Entry) Segment(TemporaryFolder folder)
    {
        string path = Directory.CreateDirectory(folder.Path("index")).FullName;
        using CollectionWriter writer = CollectionWriter.Create(path, 3, Similarity.Fidelity, "QBEC", CodeBits.Four);
        writer.Append(target => target.Add([new IdText("a", "x"), new IdText("b", "y"), new IdText("c", "z")], [1, 2, 3, 0.5f, 2, 1, 0, 1, 2]), replace: false, WorkerPool.Single);
        return (Path.Combine(path, writer.Manifest.Segments[0].Name), writer.Manifest.Segments[0]);
    }
}
