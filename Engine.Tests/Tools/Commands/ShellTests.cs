using NUnit.Framework;
using QEngine.Tests.Support;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Standard streams and process substitution as a shell makes them.</summary>
public sealed class ShellTests : CommandFixture
{
    private const string Tsv = "d1\tParis is the capital of France\nd2\tBerlin is a city in Germany\nd3\tcats purr\n";

    [TestCase("qengine embed --model $M --input /dev/stdin --output o.npy < p.tsv")]
    [TestCase("cat p.tsv | qengine embed --model $M --input /dev/stdin --output o.npy")]
    [TestCase("cat p.tsv | qengine embed --model $M --input - --output o.npy")]
    [TestCase("qengine embed --model $M --input - --output o.npy < p.tsv")]
    [TestCase("qengine embed --model $M --input <(cat p.tsv) --output o.npy")]
    [TestCase("qengine embed --model $M --input <(gzip -c p.tsv) --format tsv --output o.npy")]
    [TestCase("qengine embed --model $M --input p.tsv --output - > o.npy")]
    [TestCase("qengine embed --model $M --input p.tsv --output /dev/stdout > o.npy")]
    [TestCase("qengine embed --model $M --input p.tsv --output /dev/fd/1 | cat > o.npy")]
    [TestCase("qengine embed --model $M --input p.tsv --output >(cat > o.npy); while [ ! -s o.npy ]; do sleep 0.1; done; sleep 0.2")]
    [TestCase("qengine embed --model $M --input p.tsv --output /dev/fd/7 7> o.npy")]
    public void Streams_of_the_shell_are_files(string command)
    {
        Write("p.tsv", Tsv);
        CommandLine.Run("embed", "--model", Quantum, "--input", In("p.tsv"), "--output", In("expected.npy")).Succeeded();

        CommandLine run = ShellProgram.Run($"M='{Quantum}'; {command}", Folder).Succeeded();

        Assert.That(File.ReadAllBytes(In("o.npy")), Is.EqualTo(File.ReadAllBytes(In("expected.npy"))), run.Error);
        Assert.That(Names(), Is.EqualTo(new[] { "expected.npy", "o.npy", "p.tsv" }));
        Assert.That(run.Output + run.Error, Does.Contain("3 texts x 6 angles"));
    }

    [Test]
    public void What_was_in_standard_output_before_stays()
    {
        Write("q.tsv", "d1\tred\n");
        Write("qrels.txt", "d1 0 d1 1\n");
        string evaluate = $"qengine evaluate --model bm25 --queries q.tsv --passages q.tsv --qrels qrels.txt --run";

        ShellProgram.Run($"{{ echo before; {evaluate} -; {evaluate} /dev/stdout; echo after; }} > out.txt", Folder).Succeeded();

        string[] lines = File.ReadAllLines(In("out.txt"));
        Assert.That(lines, Has.Length.EqualTo(4));
        Assert.That((lines[0], lines[1][..8], lines[2], lines[3]), Is.EqualTo(("before", "d1 Q0 d1", lines[1], "after")));
    }

    [Test]
    public void Standard_streams_that_are_the_other_files_are_refused()
    {
        Write("p.tsv", Tsv);

        ShellProgram.Run($"qengine embed --model '{Quantum}' --input - --output p.tsv < p.tsv", Folder)
            .Failed(2, "another file than --input reads");
        ShellProgram.Run($"qengine embed --model '{Quantum}' --input p.tsv --output - >> p.tsv", Folder)
            .Failed(2, "another file than --input reads");

        Assert.That(File.ReadAllText(In("p.tsv")), Is.EqualTo(Tsv));
    }

    [Test]
    public void Standard_output_that_cannot_be_written_fails_in_one_line()
    {
        string full = SpecialFile.Full(In("full"));
        Write("p.tsv", Tsv);

        foreach (string command in new[] { $"qengine info --model '{Quantum}'", $"qengine info --model '{Quantum}' --json",
            $"qengine embed --model '{Quantum}' --input p.tsv --output -" })
        {
            ShellProgram.Run($"{command} > full", Folder).Failed(1, "space");
            ShellProgram.Run($"{command} >&-", Folder).Failed(1, "standard output", "closed");
        }
        Assert.That(SpecialFile.Describe(full), Does.StartWith("character special file"));
    }
}
