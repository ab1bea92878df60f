using System.CommandLine;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine train</c>.</summary>
internal static class TrainCommand
{
    private static readonly Option<FileInfo[]> Triples = new("--triples") { Required = true, AllowMultipleArgumentsPerToken = true, Description = "TSV files of query, positive and any number of negatives a row.", HelpName = "FILE.tsv" };

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new("train", "Train an embedding model on query, positive, negatives rows.") { Triples };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        return ExitCode.Success;
    }
}
