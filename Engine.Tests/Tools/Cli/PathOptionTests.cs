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
        IEnumerable<Command> commands = Program.Root().Subcommands.SelectMany(command => command.Subcommands.Prepend(command));
        (string Command, Option Option)[] all = [.. commands.SelectMany(command =>
            command.Options.Select(option => (command.Name, option)))];
        string[] named = [.. all.Where(one => IsPath(one.Option)).Select(one => $"{one.Command} {one.Option.Name}")];
        string[] typed = [.. all.Where(one => Paths.Contains(one.Option.ValueType)).Select(one => $"{one.Command} {one.Option.Name}")];

        Assert.That(typed, Is.EquivalentTo(named));
        Assert.That(typed, Has.Length.GreaterThan(50));
        Assert.That(all.Select(one => one.Option.ValueType),
            Has.None.EqualTo(typeof(FileInfo)).And.None.EqualTo(typeof(DirectoryInfo)).And.None.EqualTo(typeof(FileInfo[])));
    }

    // What help calls the value: FILE, DIR, a lone F, or a name with an extension.
    private static bool IsPath(Option option) => Regex.IsMatch(option.HelpName ?? "", @"FILE|DIR|FOLDER|^F$|^\w+\.\w+$");
}
