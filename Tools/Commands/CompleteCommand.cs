using System.CommandLine;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine complete</c>, which scripts of <see cref="CompletionCommand"/> ask: what may stand for the last word.</summary>
internal sealed class CompleteCommand : Command
{
    private readonly RootCommand _root;

    private readonly Argument<string[]> _words = new("words")
    {
        Description = "The words so far; the last is the one being typed.",
        HelpName = "WORDS",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Defines the command.</summary>
    /// <param name="root">The commands and their options.</param>
    public CompleteCommand(RootCommand root)
        : base("complete", "What may stand for the last of some words; asked by the shell's completion.")
    {
        _root = root;
        Hidden = true;
        Arguments.Add(_words);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        foreach (string word in Completions.Find(_root, parse.GetValue(_words) ?? [])) Console.Out.WriteLine(word);
        return ExitCode.Success;
    }
}
