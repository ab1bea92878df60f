using System.CommandLine;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine completion</c>: the script by which a shell completes command lines.</summary>
internal sealed class CompletionCommand : Command
{
    private static readonly (string Shell, string Script)[] Scripts =
    [
        ("bash", CompletionScripts.Bash),
        ("zsh", CompletionScripts.Zsh),
        ("fish", CompletionScripts.Fish),
        ("pwsh", CompletionScripts.PowerShell),
    ];

    private readonly Argument<string> _shell = new("shell")
    {
        Description = "The shell.",
        HelpName = string.Join('|', Scripts.Select(script => script.Shell)),
    };

    /// <summary>Defines the command.</summary>
    public CompletionCommand()
        : base(
            "completion",
            "Write what makes a shell complete commands, options and their values.\n"
            + "Example: source <(qengine completion bash)\n"
            + "Example: qengine completion fish | source\n"
            + "Example: qengine completion pwsh | Out-String | Invoke-Expression")
    {
        _shell.CompletionSources.Add([.. Scripts.Select(script => script.Shell)]);
        Arguments.Add(_shell);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        string shell = parse.GetRequiredValue(_shell);
        if (Array.Find(Scripts, script => script.Shell == shell).Script is not { } text)
            throw new UsageException($"expected {Usage.Either(Scripts.Select(script => script.Shell))}, found '{shell}'");
        session.Show(new ShellScript(shell, text), ResultJson.Default.ShellScript, results => results.Line(text));
        return ExitCode.Success;
    }
}

/// <summary>The script of a shell, as JSON.</summary>
internal sealed record ShellScript(string Shell, string Script);
