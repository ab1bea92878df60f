using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Support;
using QEngine.Tools.Indexing;

namespace QEngine.Tests.Tools.Indexing;

/// <summary>index.json under systematic and random damage.</summary>
public sealed class IndexManifestAttackTests
{
    [Test]
    public void A_manifest_under_changes_of_every_kind()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("index.json");
        new IndexManifest(7, 5, Similarity.Fidelity, "QBEC").Write(path);
        byte[] good = File.ReadAllBytes(path);
        Attack attack = new(path, () => IndexManifest.Read(path), multiple: 150);

        attack.Truncations();
        Assert.That(attack.Refused, Is.EqualTo(good.Length), "no part of it is a manifest");
        attack.FlippedBits();
        attack.RandomChanges(seed: 1, rounds: 1000);
        JsonAttack.EveryValue(good, (what, json) => attack.IsRefused(what, json));
        JsonAttack.EveryName(good, (what, json) => attack.IsRefused(what, json), (what, json) => attack.IsRefused(what, json));
    }
}
