using System.CommandLine;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine demo</c>: semantic search over the .NET documentation, trained on the spot.</summary>
internal static class DemoCommand
{
    private static readonly Option<DirectoryInfo> Out = new("--out") { Description = "Folder for the model and the search index.", DefaultValueFactory = _ => new DirectoryInfo("qengine-demo"), HelpName = "DIR" };
    private static readonly Option<double> Minutes = new Option<double>("--minutes") { Description = "About how long it takes on two cores; more minutes train better models.", DefaultValueFactory = _ => 8, HelpName = "M" }.Real(Interval.Above(0, 10000));
    private static readonly Option<DirectoryInfo?> Docs = new("--docs") { Description = "Folder with XML documentation files; the .NET SDK's own if left out.", HelpName = "DIR" };

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new("demo", "Train and compare BM25, BT, BEC, QBT and QBEC on the .NET API documentation of this machine, then search it.") { Out, Minutes, Docs };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        double minutes = parse.GetValue(Minutes);
        ReferencePacks packs = parse.GetValue(Docs) is { } folder ? ReferencePacks.In(folder.FullName) : ReferencePacks.Find();
        DemoReport report = new DemoRun(session, new DemoPlan(minutes), parse.GetValue(Out)!.FullName).Run(packs);
        session.Show(report.WriteJson, report.WriteTables);
        return ExitCode.Success;
    }
}
