using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Support;

namespace QEngine.Tests.Collections;

/// <summary>index.json under systematic and random damage.</summary>
public sealed class CollectionManifestAttackTests
{
    [Test]
    public void A_manifest_under_changes_of_every_kind()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("index.json"), directory = Path.GetDirectoryName(path)!;
        new CollectionManifest(5, Similarity.Fidelity, "QBEC", CodeBits.Four, 4, [new(1, 7, [], 1), new(3, 9, [0, 2, 8], 0xfedc0987)]) { Fingerprint = "0123456789abcdef0123456789abcdef" }.Write(directory);
        byte[] good = File.ReadAllBytes(path);
        Attack attack = new(path, () => CollectionManifest.Read(directory), multiple: 150);

        attack.Truncations();
        attack.FlippedBits();
        attack.RandomChanges(seed: 1, rounds: 1000);
        JsonAttack.EveryName(good, (what, json) => attack.IsRefused(what, json), (what, json) => attack.IsRefused(what, json));
    }

    [TestCase("\"number\": 3", "\"number\": 1", "ascending number")]
    [TestCase("\"next_segment\": 4", "\"next_segment\": 3", "next_segment above 3")]
    [TestCase("\"documents\": 9", "\"documents\": 8", "ascending and below 8, found others")]
    [TestCase("\"fidelity\"", "\"distance\"", "similarity cosine, fidelity or state-fidelity")]
    [TestCase("\"format\": 5", "\"format\": 4", "expected an index of format 5, found format 4")]
    [TestCase("\"format\": 5", "\"format\": 4", "qengine index --model M --input TEXTS --output DIR makes it anew")]
    [TestCase("\"format\": 5", "\"format\": 6", "a newer version wrote it")]
    [TestCase("\"codes\": 4", "\"codes\": 5", "codes of 0, 1, 4 or 8 bits, found 5")]
    [TestCase("\"fedc0987\"", "\"fedc098x\"", "eight hexadecimal digits")]
    [TestCase("\"AAEF\"", "\"AAE!\"", "deleted rows in base64")]
    [TestCase("\"AAEF\"", "\"AAGF\"", "deleted rows ascending")]
    [TestCase("\"0123456789abcdef0123456789abcdef\"", "\"0123\"", "a fingerprint of 32 hexadecimal digits, found \"0123\"")]
    public void What_contradicts_itself_is_refused(string part, string other, string message)
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("index.json"), directory = Path.GetDirectoryName(path)!;
        new CollectionManifest(5, Similarity.Fidelity, "QBEC", CodeBits.Four, 4, [new(1, 7, [], 1), new(3, 9, [0, 2, 8], 0xfedc0987)]) { Fingerprint = "0123456789abcdef0123456789abcdef" }.Write(directory);
        File.WriteAllText(path, File.ReadAllText(path).Replace(part, other, StringComparison.Ordinal));

        Assert.That(() => CollectionManifest.Read(directory), Throws.TypeOf<QEngineException>().With.Message.Contains(message).And.Message.Contains("index.json"));
    }
}
