using System.CommandLine;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo;
using QEngine.Tools.Demo.Docs;
using QEngine.Tools.Demo.Real;
using QEngine.Tools.Pretrained;

namespace QEngine.Tools.Commands;

/// <summary>
/// <c>qengine demo</c>: semantic search over the .NET documentation, with a pretrained encoder or one trained on the spot.
/// </summary>
internal sealed class DemoCommand : Command
{
    private const string Encoder = "all-MiniLM-L6-v2";

    private readonly Option<OutputFolder?> _out = new("--out")
    {
        Description = "Folder for the model and the search index.",
        DefaultValueFactory = _ => OutputFolder.Default("--out", "qengine-demo"),
        HelpName = "DIR",
        CustomParser = OutputFolder.Parse,
    };

    private readonly Option<InputFolder> _model = new("--model")
    {
        CustomParser = ModelArgument.Parse,
        Description = $"The encoder: the folder of a model that is compared by cosine, or a name of qengine models; {Encoder} if left out.",
        HelpName = ModelArgument.HelpName,
    };

    private readonly Option<bool> _fromScratch = new("--from-scratch")
    {
        Description = "Train the encoders too, on nothing but this documentation; also what happens where the usual encoder cannot be "
            + "fetched.",
    };

    private readonly Option<double> _minutes = new Option<double>("--minutes")
    {
        Description = "With --from-scratch, for which it stands: about how long that takes on two cores; more minutes train better models.",
        DefaultValueFactory = _ => UsualMinutes,
        HelpName = "M",
    }.Real(Interval.Above(0, 10000));

    private readonly Option<InputFolder> _docs = new("--docs")
    {
        CustomParser = InputFolder.ParseWith(folder => Directory.EnumerateFiles(folder, "*.xml")),
        Description = "Folder with XML documentation files; the .NET SDK's own if left out.",
        HelpName = "DIR",
    };

    /// <summary>Minutes of training from scratch where nothing is said; less in tests.</summary>
    internal static double UsualMinutes { get; set; } = 8;

    /// <summary>Defines the command.</summary>
    public DemoCommand()
        : base(
            "demo",
            "Search the .NET API documentation of this machine with a pretrained encoder, and compare ways to keep its vectors "
            + "small: quality against bytes. About five minutes on two cores.")
    {
        this.AddOptions(_out, _model, _fromScratch, _minutes, _docs);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        bool fromScratch = parse.GetValue(_fromScratch) || parse.GetResult(_minutes) is { Implicit: false };
        string? asked = parse.GetValue(_model)?.Folder;
        if (fromScratch && asked is not null) throw new UsageException("expected --model or --from-scratch, found both");
        CommandPaths.RequireUsable(parse);
        ReferencePacks packs = parse.GetValue(_docs) is { } docs ? ReferencePacks.In(Path.GetFullPath(docs.Folder)) : ReferencePacks.Find();
        string output = parse.GetValue(_out)!.Folder;
        if (!fromScratch)
        {
            RealRun run = new(session, output);
            if ((asked is null ? Usual(session) : ModelArgument.Folder(asked)) is { } model) return Run(session, run, packs, model);
        }
        DemoReport report = new DemoRun(session, new DemoPlan(parse.GetValue(_minutes)), output).Run(packs);
        session.Show(report.Result, ResultJson.Default.DemoResult, report.WriteTables);
        return ExitCode.Success;
    }

    private static int Run(Session session, RealRun run, ReferencePacks packs, string model)
    {
        (DemoReport report, GrowingIndex index) = run.Run(packs, model);
        session.Show(report.Result, ResultJson.Default.DemoResult, report.WriteTables);
        if (session.Json || !StandardStreams.OutputIsTerminal || StandardInput.IsProvided || StandardStreams.InputIsClosed)
            return ExitCode.Success;
        using Utf8Lines lines = StandardInput.Lines();
        session.ShowText(results => Questions.Answer(lines, index, results));
        return ExitCode.Success;
    }

    /// <summary>The folder of the usual encoder, or null, saying why, where it is not to be had.</summary>
    private static string? Usual(Session session)
    {
        try
        {
            return ModelArgument.Folder(Encoder);
        }
        catch (Exception failure) when (failure is QEngineException or IOException or UnauthorizedAccessException)
        {
            session.Progress.Line($"without {Encoder}, training from scratch instead: {failure.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }
}
