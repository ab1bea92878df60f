using System.CommandLine;

namespace QEngine.Tools.Cli;

/// <summary>Short forms for the definition of commands.</summary>
internal static class CommandExtensions
{
    /// <summary>Adds options, in the order in which the help lists them.</summary>
    public static void AddOptions(this Command command, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options) command.Options.Add(option);
    }
}
