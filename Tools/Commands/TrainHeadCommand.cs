using System.CommandLine;
using System.Text.Json;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Heads;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine train-head</c>: a head over the vectors of a model, or over vectors from anywhere.</summary>
internal sealed class TrainHeadCommand : Command
{
    private readonly Option<OutputFolder?> _out = new("--out")
    {
        CustomParser = OutputFolder.Parse,
        Required = true,
        Description = "Folder of the head, for compress or attach or as a module of sentence-transformers; with --model of the model with "
            + "its head, which embed, index, search and evaluate take.",
        HelpName = "DIR",
    };

    private readonly SourceOptions _source;
    private readonly TaskOptions _task;
    private readonly HeadChoiceOptions _head;
    private readonly TrainingChoiceOptions _training;
    private readonly ComparisonOptions _comparison;

    /// <summary>Defines the command.</summary>
    public TrainHeadCommand()
        : base(
            "train-head",
            "Compress the vectors of a model, or vectors from anywhere: train a head, or fit principal components, and measure them on a "
            + "held-out part.\n"
            + "Example: qengine train-head --model all-MiniLM-L6-v2 --input passages.tsv --dim 64 --out models/minilm-64\n"
            + "Example: qengine train-head --embeddings x.npy --pairs scores.tsv --ids names.txt --dim 64 --out head")
    {
        _source = new SourceOptions(this);
        this.AddOptions(_out);
        _task = new TaskOptions(this);
        _head = new HeadChoiceOptions(this);
        _training = new TrainingChoiceOptions(this);
        _comparison = new ComparisonOptions(this);
        SetAction(Run);
    }

    private int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        bool ofTexts = _source.HasTexts(parse);
        HeadKind kind = _head.ReadKind(parse, _task.Labelled(parse));
        _task.Check(parse, kind, ofTexts);
        _ = _source.Format(parse);
        TrainingChoice training = _training.Read(parse, kind, _task.Grouped(parse));
        int[]? codeBytes = _comparison.CodeBytes(parse);
        CommandPaths.RequireUsable(parse);
        string folder = parse.GetRequiredValue(_out)!.Folder;
        if (Path.GetDirectoryName(folder) is { } parent) Directory.CreateDirectory(parent);
        ModelFolder.RequireWritable(folder);
        OutputFile? losses = _training.LossesFile(parse);
        SentenceEmbedder? model = _source.Model(parse, session);
        VectorSource source = _source.Read(parse, session, model);
        HeadChoice choice = _head.Read(parse, kind, source.Columns, training.Initial is not null);
        HeadRun.RequireInitial(choice, training);
        TaskData data = _task.Read(parse, source, kind);
        Vectors vectors = data.Vectors;
        HeadTask task = _task.Task(parse, session, data, kind);

        _comparison.RequireHeldOut(parse, task);

        // The rivals first: what they cannot be made of is no input for a head either, and says so before the training.
        HeadComparison? comparison = task.HeldOut > 0 ? new HeadComparison(session, task, vectors, choice, codeBytes) : null;
        comparison?.AddRivals();
        if (_comparison.TrainsRivals(parse)) comparison?.AddTrained(rival => TrainRival(parse, session, data, rival));
        FinishedHead finished = kind switch
        {
            HeadKind.Pca => HeadRun.Fit(session, vectors, task.TrainingRows, choice.Dimension),
            HeadKind.TemperedPca => HeadRun.FitTempered(session, vectors, task, choice.Dimension),
            HeadKind.Truncate => HeadRun.Truncate(vectors, choice.Dimension),
            _ when !choice.IsTrained => HeadRun.Encode(choice, vectors.Length(task.TrainingRows)),
            _ => HeadRun.Train(session, vectors, task, choice, _task.Loss(parse, kind), training),
        };
        string? name = _source.ModelName(parse);
        if (model is null) HeadFolder.Save(finished.Head, folder);
        else BaseModel.Save(model.WithHead(finished.Head), folder, ("model", name!), ("head", choice.Name));
        losses?.Write(path => AtomicFile.Write(path, stream => WriteLosses(stream, finished.Losses)));
        comparison?.AddOwn(finished);
        HeadReport report = new(choice, finished, comparison, vectors.Length(task.TrainingRows), folder) { Model = name };
        session.Show(report.Result, ResultJson.Default.HeadResult, report.WriteTable);
        return ExitCode.Success;
    }

    private FinishedHead TrainRival(ParseResult parse, Session session, TaskData data, HeadChoice rival)
    {
        TrainingChoice training = _training.Read(parse, rival.Kind, _task.Grouped(parse)) with
        {
            Rate = TrainingChoiceOptions.UsualRate(rival.Kind),
            Initial = null,
        };
        HeadTask task = _task.Task(parse, session, data, rival.Kind);
        return HeadRun.Train(
            session, data.Vectors, task, rival, _task.Loss(parse, rival.Kind), training,
            $"{HeadKinds.Label(rival.Kind)} {rival.Dimension}");
    }

    private static void WriteLosses(Stream stream, double[] losses)
    {
        using Utf8JsonWriter json = new(stream, JsonText.Compact);
        JsonSerializer.Serialize(json, new StepLosses(losses), ResultJson.Default.StepLosses);
    }
}

/// <summary>The loss of every step, as JSON.</summary>
internal sealed record StepLosses(double[] Losses);
