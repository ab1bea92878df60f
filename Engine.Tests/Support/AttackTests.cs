using NUnit.Framework;
using NUnit.Framework.Internal;

namespace QEngine.Tests.Support;

/// <summary>The tester is tested: readers that are wrong on purpose must be rejected.</summary>
public sealed class AttackTests
{
    private static readonly string Long = new('x', 5000);

    [Test]
    public void Other_exceptions_bad_lines_and_large_allocations_are_rejected()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.bin", [1]);

        Accepts(path, () => throw new QEngineException($"expected 1, found 2 in {path}"));
        Accepts(path, () => { });
        Rejects(path, () => throw new InvalidOperationException($"expected 1, found 2 in {path}"));
        Rejects(path, () => throw new QEngineException("expected 1, found 2"));
        Rejects(path, () => throw new QEngineException($"something is wrong in {path}"));
        Rejects(path, () => throw new QEngineException($"expected 1,\nfound 2 in {path}"));
        Rejects(path, () => throw new QEngineException($"expected 1, found {Long} in {path}"));
        Rejects(path, () => GC.KeepAlive(new byte[1 << 20]));
    }

    [Test]
    public void Changes_reach_the_reader()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.json", """{"a":{"b":1},"c":[2]}""");
        HashSet<string> seen = [];
        Attack attack = new(path, () => seen.Add(File.ReadAllText(path)), multiple: 1000);

        attack.Truncations();
        Assert.That(seen, Does.Contain("").And.Contain("""{"a":{"b":1},"c":[2]"""));
        attack.FlippedBits();
        attack.RandomChanges(seed: 1, rounds: 100);
        Assert.That(seen, Has.Count.GreaterThan(250));
        JsonAttack.EveryValue(File.ReadAllBytes(folder.Write("good", """{"a":{"b":1},"c":[2]}""")), (what, json) => attack.IsRefused(what, json));
        Assert.That(seen, Does.Contain("null").And.Contain("""{"a":-1,"c":[2]}""").And.Contain("""{"a":{"b":1},"c":[1e400]}"""));
        JsonAttack.EveryName("""{"a":{"b":1}}"""u8.ToArray(), (what, json) => attack.IsRefused(what, json), (what, json) => attack.IsRefused(what, json));
        Assert.That(seen, Does.Contain("""{"a":{"b":1,"b":1}}""").And.Contain("""{"a":{"b":1},"a":{"b":1}}""").And.Contain("""{"a":{"":1}}"""));
    }

    private static void Accepts(string path, Action read) => new Attack(path, OnlyWhenSpoiled(path, read), multiple: 1).IsRefused("spoiled", [2]);

    private static void Rejects(string path, Action read)
    {
        // Its own context, so that the expected failure is not counted as this test's.
        using (new TestExecutionContext.IsolatedContext())
            Assert.Throws<AssertionException>(() => Accepts(path, read));
    }

    private static Action OnlyWhenSpoiled(string path, Action read)
    {
        File.WriteAllBytes(path, [1]);
        return () =>
        {
            if (File.ReadAllBytes(path)[0] == 2) read();
        };
    }
}
