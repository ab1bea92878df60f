using System.CommandLine;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine demo</c>: semantic search over the .NET documentation, trained on the spot.</summary>
internal static class DemoCommand
{
    private static readonly Option<OutputFolder?> Out = new("--out") { Description = "Folder for the model and the search index.", DefaultValueFactory = _ => OutputFolder.Default("--out", "qengine-demo"), HelpName = "DIR", CustomParser = OutputFolder.Parse };
    private static readonly Option<double> Minutes = new Option<double>("--minutes") { Description = "About how long it takes on two cores; more minutes train better models.", DefaultValueFactory = _ => 8, HelpName = "M" }.Real(Interval.Above(0, 10000));
    private static readonly Option<InputFolder> Docs = new("--docs") { CustomParser = InputFolder.ParseWith(folder => Directory.EnumerateFiles(folder, "*.xml")), Description = "Folder with XML documentation files; the .NET SDK's own if left out.", HelpName = "DIR" };

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
        CommandPaths.RequireUsable(parse);
        ReferencePacks packs = parse.GetValue(Docs) is { } docs ? ReferencePacks.In(Path.GetFullPath(docs.Folder)) : ReferencePacks.Find();
        DemoReport report = new DemoRun(session, new DemoPlan(minutes), parse.GetValue(Out)!.Folder).Run(packs);
        session.Show(report.WriteJson, report.WriteTables);
        return ExitCode.Success;
    }
}
