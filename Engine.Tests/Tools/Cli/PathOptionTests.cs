using System.CommandLine;
using System.Text.RegularExpressions;
using NUnit.Framework;
using QEngine.Tools;
using QEngine.Tools.Cli;

namespace QEngine.Tests.Tools.Cli;

/// <summary>
/// Every option that names a file or folder says whether it is read or written, so that all of a command line are compared.
/// </summary>
public sealed class PathOptionTests
{
    private static readonly Type[] Paths = [typeof(InputFile), typeof(InputFile[]), typeof(InputFolder), typeof(InputFolder[]),
        typeof(OutputFile), typeof(OutputFolder)];

    [Test]
    public void Options_of_files_and_folders_are_of_the_types_for_them()
    {
        (string Command, Option Option)[] all = All();
        string[] named = [.. all.Where(one => IsPath(one.Option)).Select(one => $"{one.Command} {one.Option.Name}")];
        string[] typed = [.. all.Where(one => Paths.Contains(one.Option.ValueType)).Select(one => $"{one.Command} {one.Option.Name}")];

        Assert.That(typed, Is.EquivalentTo(named));
        Assert.That(typed, Has.Length.GreaterThan(50));
        Assert.That(all.Select(one => one.Option.ValueType),
            Has.None.EqualTo(typeof(FileInfo)).And.None.EqualTo(typeof(DirectoryInfo)).And.None.EqualTo(typeof(FileInfo[])));
    }

    [Test]
    public void Every_command_with_an_option_for_what_it_writes_calls_it_out()
    {
        (string Command, Option Option)[] written = [.. All().Where(one => one.Option.Name is "--out" or "--output")];

        Assert.That(written.Where(one => one.Option.Name != "--out" && !one.Option.Aliases.Contains("--out")).Select(one => one.Command),
            Is.Empty);
        Assert.That(written, Has.Length.GreaterThan(10));
    }

    private static (string Command, Option Option)[] All()
    {
        IEnumerable<Command> commands = Program.Root().Subcommands.SelectMany(command => command.Subcommands.Prepend(command));
        return [.. commands.SelectMany(command => command.Options.Select(option => (command.Name, option)))];
    }

    // What help calls the value: FILE, DIR, a lone F, or a name with an extension.
    private static bool IsPath(Option option) => Regex.IsMatch(option.HelpName ?? "", @"FILE|DIR|FOLDER|^F$|^\w+\.\w+$");
}
