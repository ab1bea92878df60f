using System.CommandLine;
using System.Text.Json;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Heads;
using QEngine.Training;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine train-head</c>: a head alone over vectors from anywhere.</summary>
internal sealed class TrainHeadCommand : Command
{
    private readonly Option<InputFile> _embeddings = new("--embeddings")
    {
        CustomParser = InputFile.Parse,
        Required = true,
        Description = "Vectors of texts, images or whatever, float [rows, d], d up to 4,096.",
        HelpName = "X.npy",
    };

    private readonly Option<OutputFolder?> _out = new("--out")
    {
        CustomParser = OutputFolder.Parse,
        Required = true,
        Description = "Folder of the head, for compress or as a module of sentence-transformers.",
        HelpName = "DIR",
    };

    private readonly TaskOptions _task;
    private readonly HeadChoiceOptions _head;
    private readonly TrainingChoiceOptions _training;
    private readonly ComparisonOptions _comparison;

    /// <summary>Defines the command.</summary>
    public TrainHeadCommand()
        : base(
            "train-head",
            "Compress vectors from any model: train a head, or fit principal components, and measure them on a held-out part.\n"
            + "Example: qengine train-head --embeddings x.npy --head linear --dim 64 --out head\n"
            + "Example: qengine train-head --embeddings x.npy --pairs scores.tsv --ids names.txt --dim 64 --out head")
    {
        this.AddOptions(_embeddings, _out);
        _task = new TaskOptions(this);
        _head = new HeadChoiceOptions(this);
        _training = new TrainingChoiceOptions(this);
        _comparison = new ComparisonOptions(this);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        HeadKind kind = _head.ReadKind(parse);
        _task.Check(parse, kind);
        TrainingChoice training = _training.Read(parse, kind, _task.Grouped(parse));
        int[]? codeBytes = _comparison.CodeBytes(parse);
        CommandPaths.RequireUsable(parse);
        string folder = parse.GetRequiredValue(_out)!.Folder;
        if (Path.GetDirectoryName(folder) is { } parent) Directory.CreateDirectory(parent);
        ModelFolder.RequireWritable(folder);
        OutputFile? losses = _training.LossesFile(parse);
        Vectors vectors = Read(parse.GetRequiredValue(_embeddings).ReadablePath);
        HeadChoice choice = _head.Read(parse, vectors.Columns, training.Initial is not null);
        HeadRun.RequireInitial(choice, training);
        HeadTask task = _task.Task(parse, session, vectors, choice);

        _comparison.RequireHeldOut(parse, task);

        // The rivals first: what they cannot be made of is no input for a head either, and says so before the training.
        HeadComparison? comparison = task.HeldOut > 0 ? new HeadComparison(session, task, vectors, choice, codeBytes) : null;
        comparison?.AddRivals();
        if (_comparison.TrainsRivals(parse)) comparison?.AddTrained(rival => TrainRival(parse, session, vectors, rival));
        FinishedHead finished = kind switch
        {
            HeadKind.Pca => HeadRun.Fit(session, vectors, task.TrainingRows, choice.Dimension),
            HeadKind.TemperedPca => HeadRun.FitTempered(session, vectors, task, choice.Dimension),
            HeadKind.Truncate => HeadRun.Truncate(vectors, choice.Dimension),
            _ => HeadRun.Train(session, vectors, task, choice, _task.Loss(parse, kind), training),
        };
        HeadFolder.Save(finished.Head, folder);
        losses?.Write(path => AtomicFile.Write(path, stream => WriteLosses(stream, finished.Losses)));
        comparison?.AddOwn(finished);
        HeadReport report = new(choice, finished, comparison, vectors.Length(task.TrainingRows), folder);
        session.Show(report.Result, ResultJson.Default.HeadResult, report.WriteTable);
        return ExitCode.Success;
    }

    private FinishedHead TrainRival(ParseResult parse, Session session, Vectors vectors, HeadChoice rival)
    {
        TrainingChoice training = _training.Read(parse, rival.Kind, _task.Grouped(parse)) with
        {
            Rate = TrainingChoiceOptions.UsualRate(rival.Kind),
            Initial = null,
        };
        HeadTask task = _task.Task(parse, session, vectors, rival);
        return HeadRun.Train(
            session, vectors, task, rival, _task.Loss(parse, rival.Kind), training, $"{HeadKinds.Label(rival.Kind)} {rival.Dimension}");
    }

    private static Vectors Read(string path)
    {
        NpyArray array = NpyFile.Read(path);
        if (array.Shape.Length != 2 || array.Rows == 0 || array.Columns == 0)
        {
            throw new QEngineException(
                $"expected vectors [rows, d], found an array of {array.Data.Length} numbers in {array.Shape.Length} dimension(s) in "
                + $"{path}");
        }
        if (array.Columns > PrincipalComponents.MaxColumns)
        {
            throw new QEngineException(
                $"expected vectors of at most {PrincipalComponents.MaxColumns} numbers, found {array.Columns} in {path}");
        }
        array.RequireFinite();
        Vectors vectors = new(array.Data, array.Columns);
        vectors.RequireProportion(path);
        return vectors;
    }

    private static void WriteLosses(Stream stream, double[] losses)
    {
        using Utf8JsonWriter json = new(stream, JsonText.Compact);
        JsonSerializer.Serialize(json, new StepLosses(losses), ResultJson.Default.StepLosses);
    }
}

/// <summary>The loss of every step, as JSON.</summary>
internal sealed record StepLosses(double[] Losses);
