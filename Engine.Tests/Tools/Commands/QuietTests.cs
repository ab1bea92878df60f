using NUnit.Framework;

namespace QEngine.Tests.Tools.Commands;

/// <summary><c>--quiet</c>: results and errors alone.</summary>
public sealed class QuietTests : CommandFixture
{
    [Test]
    public void Results_stay_and_remarks_go([Values("-q", "--quiet")] string quiet)
    {
        Write("a.qrels", "1 0 d1 1\n2 0 d1 1\n");
        Write("a.run", "1 Q0 d1 1 2.0 a\n2 Q0 d1 1 2.0 a\n");
        Write("b.run", "1 Q0 d2 1 2.0 b\n2 Q0 d1 1 1.0 b\n");
        string[] score = ["score", "--run", In("a.run"), "--qrels", In("a.qrels"), "--compare", In("b.run")];
        CommandLine loud = CommandLine.Run(score), silent = CommandLine.Run([.. score, quiet]);

        Assert.That(loud.Succeeded().Error, Is.Not.Empty);
        Assert.That(silent.Succeeded().Error, Is.Empty);
        Assert.That(silent.Output, Is.EqualTo(loud.Output));
        Assert.That(CommandLine.OnTerminal([.. score, quiet]).Succeeded().Output.Length,
            Is.LessThan(CommandLine.OnTerminal(score).Succeeded().Output.Length));
    }

    [Test]
    public void Errors_stay() => CommandLine.Run("info", "--model", In("none"), "-q").Failed(1, "none");
}
