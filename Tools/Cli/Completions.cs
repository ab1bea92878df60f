using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;

namespace QEngine.Tools.Cli;

/// <summary>What may stand where somebody is typing a command line, for the shell's completion.</summary>
internal static class Completions
{
    /// <summary>The words that may replace the last one.</summary>
    /// <param name="root">The commands and their options.</param>
    /// <param name="words">The words so far without the program's name; the last is the one being typed, perhaps empty.</param>
    /// <returns>Words that begin with it, in order; none where a file, a folder, a number or a text is expected.</returns>
    public static IReadOnlyList<string> Find(RootCommand root, IReadOnlyList<string> words)
    {
        Command command = root;
        Option? open = null;
        HashSet<Option> given = [];
        foreach (string word in words.Take(words.Count - 1))
        {
            open = null;
            if (word == "--") return [];
            if (Named(command, root, word) is { } option)
            {
                given.Add(option);
                if (option.ValueType != typeof(bool) && option is not (HelpOption or VersionOption)) open = option;
            }
            else if (command.Subcommands.FirstOrDefault(one => one.Name == word && !one.Hidden) is { } inner)
                command = inner;
        }
        string typed = words.Count > 0 ? words[^1] : "";
        IEnumerable<string> found = open is not null
            ? open.GetCompletions(CompletionContext.Empty).Select(item => item.Label)
            : typed.StartsWith('-')
                ? Options(command, root).Where(option => !given.Contains(option) || IsRepeated(option)).Select(option => option.Name)
                : command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name)
                    .Concat(command.Arguments.SelectMany(argument => argument.GetCompletions(CompletionContext.Empty))
                        .Select(item => item.Label));
        return [.. found.Where(word => word.StartsWith(typed, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
    }

    private static bool IsRepeated(Option option) => option.Arity.MaximumNumberOfValues > 1;

    private static Option? Named(Command command, RootCommand root, string word) =>
        Options(command, root).FirstOrDefault(option => option.Name == word || option.Aliases.Contains(word));

    private static IEnumerable<Option> Options(Command command, RootCommand root) =>
        (command == root ? root.Options : command.Options.Concat(root.Options.Where(option => option.Recursive)))
            .Where(option => !option.Hidden);
}
