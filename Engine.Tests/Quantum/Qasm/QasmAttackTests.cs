using System.Text;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Support;

namespace QEngine.Tests.Quantum.Qasm;

/// <summary>Texts that were made to do harm: they are read or refused in one line, soon, with little memory.</summary>
public sealed class QasmAttackTests
{
    private const string Good = """
        OPENQASM 2.0;
        include "qelib1.inc"; // a comment
        gate turn(a,b) q,r { u3(a/2,-b^2,sin(pi/4)*(a+0.5)) q; cx q,r; barrier q,r; }
        qreg q[2];
        qreg r[1];
        creg c[2];
        turn(0.3,1e-2) q[0],r[0];
        crz(theta*2) q,r[0];
        measure q -> c;
        """;

    [Test]
    public void Spoiled_files_are_read_or_refused()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("a.qasm");
        File.WriteAllText(path, Good);
        Attack attack = new(path, () => QasmProgram.Read(Encoding.UTF8.GetString(File.ReadAllBytes(path)), path), multiple: 2000);

        attack.Truncations();
        attack.FlippedBits();
        attack.RandomChanges(seed: 1, rounds: 2000);

        Assert.That(attack.Refused, Is.GreaterThan(1000));
        Assert.That(attack.Read, Is.GreaterThan(100));
    }

    [TestCase("gates of gates", "expected at most 100000 gates, those in definitions included, found more")]
    [TestCase("empty gates of gates", "expected at most 100000 gates, those in definitions included, found more")]
    [TestCase("definitions without end", "expected definitions of at most 64 levels, found 65")]
    [TestCase("parentheses", "expected at most 64 levels of an angle")]
    [TestCase("signs", "expected at most 64 levels of an angle")]
    [TestCase("powers", "expected at most 64 levels of an angle")]
    [TestCase("a long sum", "expected an angle of at most 128 steps, found 399999")]
    [TestCase("a long name", "expected at most 64 characters, found 1000000")]
    [TestCase("a long number", "expected at most 64 characters, found 1000000")]
    [TestCase("many names", "expected at most 64 names")]
    [TestCase("many parameters", "expected at most 1000 parameters")]
    [TestCase("many gates", "expected at most 100000 gates")]
    [TestCase("a register too large", "from 1 to 11, found '2000000000'")]
    [TestCase("bits too many", "expected a number of bits from 1 to 65536, found '2000000000'")]
    public void What_stands_for_too_much_is_refused_soon(string what, string message)
    {
        string text = Text(what);
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();

        Assert.That(() => QasmProgram.Read(text, "a.qasm"), Throws.TypeOf<QEngineException>().With.Message.Contain(message));

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    private static string Text(string what)
    {
        const string Head = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[1];\n";
        return Head + what switch
        {
            "gates of gates" => Doubling("x a; x a;", 60),
            "empty gates of gates" => Doubling("", 60),
            "definitions without end" => Doubling("x a;", 100),
            "parentheses" => $"rx({new string('(', 1_000_000)}1) q;",
            "signs" => $"rx({new string('-', 1_000_000)}1) q;",
            "powers" => $"rx({string.Join('^', Enumerable.Repeat("1", 100_000))}) q;",
            "a long sum" => $"rx({string.Join('+', Enumerable.Repeat("1", 200_000))}) q;",
            "a long name" => $"{new string('a', 1_000_000)} q;",
            "a long number" => $"rx({new string('1', 1_000_000)}) q;",
            "many names" => $"gate g {string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"a{i}"))} {{}}",
            "many parameters" => string.Concat(Enumerable.Range(0, 100_000).Select(i => $"rx(a{i}) q;")),
            "many gates" => string.Concat(Enumerable.Repeat("x q;", 100_001)),
            "a register too large" => "qreg r[2000000000];",
            _ => "creg c[2000000000];",
        };
    }

    private static string Doubling(string first, int levels)
    {
        StringBuilder text = new($"gate g0 a {{ {first} }}\n");
        for (int level = 1; level <= levels; level++) text.Append($"gate g{level} a {{ g{level - 1} a; g{level - 1} a; }}\n");
        return text.Append($"g{levels} q;").ToString();
    }
}
