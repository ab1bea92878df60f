using System.Diagnostics;
using NUnit.Framework;

namespace QEngine.Tests.Tools.Commands;

/// <summary><c>qengine completion</c> and what its scripts ask.</summary>
public sealed class CompletionCommandTests : CommandFixture
{
    [TestCase("tr", "train train-head")]
    [TestCase("models g", "get")]
    [TestCase("completion ", "bash fish pwsh zsh")]
    [TestCase("train-head --head l", "linear")]
    [TestCase("search --queries q.tsv --qu", "--quiet", Description = "An option that is given and may be given once is left out.")]
    [TestCase("-q sco", "score")]
    [TestCase("search --index ", "", Description = "A folder: the shell completes it.")]
    [TestCase("search -- --to", "", Description = "A word of the query.")]
    [TestCase("nothing --th", "--threads")]
    [TestCase("compl", "completion", Description = "What only scripts ask is hidden.")]
    public void What_may_stand_for_the_last_word_is_listed(string line, string expected) =>
        Assert.That(
            CommandLine.Run(["complete", "--", .. line.Split(' ')]).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Test]
    public void All_commands_but_the_hidden_one_may_come_first()
    {
        string[] found = CommandLine.Run("complete", "--", "").Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.That(found, Does.Contain("demo").And.Contain("search").And.Contain("completion").And.No.Contain("complete"));
        Assert.That(found, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }

    [Test]
    public void Every_shell_gets_a_script_that_asks_and_another_is_refused([Values("bash", "zsh", "fish", "pwsh")] string shell)
    {
        string script = CommandLine.Run("completion", shell).Succeeded().Output;

        Assert.That(script, Does.Contain("qengine complete -- "));
        Assert.That(CommandLine.Run("completion", shell, "--json").Json().GetProperty("script").GetString(), Is.EqualTo(script.TrimEnd('\n')));
        CommandLine.Run("completion", shell + "x").Failed(2, $"expected bash, zsh, fish or pwsh, found '{shell}x'");
    }

    [Test]
    public void Bash_hands_over_the_words_up_to_the_cursor_and_takes_the_answer()
    {
        const string Asked = "asked() { printf '%s|' \"$@\" >&2; printf 'train\\ntrain-head\\n'; }; qengine() { asked \"$@\" 2> asked.txt; }\n";
        Write(
            "try.sh",
            Asked + CommandLine.Run("completion", "bash").Succeeded().Output
            + "COMP_WORDS=(qengine models ge later); COMP_CWORD=2; _qengine; printf '%s,' \"${COMPREPLY[@]}\"; cat asked.txt\n");
        ProcessStartInfo start = new("bash", ["try.sh"]) { WorkingDirectory = Folder, RedirectStandardOutput = true };
        using Process bash = Process.Start(start)!;

        Assert.That(bash.StandardOutput.ReadToEnd(), Is.EqualTo("train,train-head,complete|--|models|ge|"));
    }
}
