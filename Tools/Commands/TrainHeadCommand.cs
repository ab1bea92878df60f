using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Commands;

/// <summary><c>qengine train-head</c>: a head alone over vectors from anywhere.</summary>
internal static class TrainHeadCommand
{
    private static readonly Option<FileInfo> Embeddings = new("--embeddings") { Required = true, Description = "Vectors, float [rows, d], in groups of query, positive, negatives.", HelpName = "X.npy" };
    private static readonly Option<int> GroupSize = new("--group-size") { Required = true, Description = "Rows of a group: 1 query, 1 positive, G - 2 negatives.", HelpName = "G" };
    private static readonly Option<FileInfo?> Initial = new("--initial") { Description = "Start from this head instead of a random one.", HelpName = "HEAD.safetensors" };
    private static readonly Option<int> Batch = new("--batch") { Description = "Groups of a step.", DefaultValueFactory = _ => 64, HelpName = "B" };
    private static readonly Option<int> Steps = new("--steps") { Required = true, Description = "Steps.", HelpName = "N" };
    private static readonly Option<double> Rate = new("--lr") { Description = "Learning rate of Adam, constant.", DefaultValueFactory = _ => 0.01, HelpName = "X" };
    private static readonly Option<bool> NoShuffle = new("--no-shuffle") { Description = "Take the groups in the file's order, wrapping round." };
    private static readonly Option<FileInfo?> Losses = new("--losses") { Description = "Write the loss of every step.", HelpName = "OUT.json" };
    private static readonly Option<DirectoryInfo> Out = new("--out") { Required = true, Description = "Folder of the trained head.", HelpName = "DIR" };

    private static HeadOptions? s_head;

    /// <summary>Describes the command.</summary>
    public static Command Create()
    {
        Command command = new("train-head", "Train a head alone on vectors from any model.\nExample: qengine train-head --embeddings x.npy --group-size 5 --dim 64 --steps 500 --out head")
        {
            Embeddings, GroupSize, Initial, Batch, Steps, Rate, NoShuffle, Losses, Out,
        };
        s_head = new HeadOptions(command, "quantum", withSimilarity: false);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        using Session session = Session.From(parse);
        int steps = parse.GetValue(Steps);
        if (steps < 1) throw new UsageException($"expected --steps of at least 1, found {steps}");
        if (parse.GetValue(GroupSize) < 3) throw new UsageException($"expected --group-size of at least 3 (query, positive, negatives), found {parse.GetValue(GroupSize)}");
        if (parse.GetValue(Batch) < 1) throw new UsageException($"expected --batch of at least 1, found {parse.GetValue(Batch)}");
        double rate = parse.GetValue(Rate);
        if (!(rate > 0) || !double.IsFinite(rate)) throw new UsageException($"expected --lr above 0, found {rate}");

        string folder = parse.GetValue(Out)!.FullName;
        ModelFolder.RequireWritable(folder);
        NpyArray array = NpyFile.Read(parse.GetValue(Embeddings)!.FullName);
        array.RequireFinite();
        HeadConfiguration configuration = s_head!.Read(parse, array.Columns);
        ParameterStore<float> store = new();
        IHead<float> head = configuration.Create(store);
        store.Initialize(session.Seed);
        if (parse.GetValue(Initial) is { } initial) HeadFolder.ReadParameters(initial.FullName, store);

        HeadTrainer trainer = new(
            store, head, new Objective<float>(s_head.Score(parse, configuration), new RankingLoss<float>()), array.Data, array.Columns, parse.GetValue(GroupSize), parse.GetValue(Batch), !parse.GetValue(NoShuffle), session.Seed, new AdamSettings(), session.Workers);
        Stopwatch watch = Stopwatch.StartNew();
        double[] losses = new double[steps];
        for (int step = 0; step < steps; step++)
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            losses[step] = trainer.Step(rate);
            session.Progress.Report("head", (step + 1.0) / steps, watch.Elapsed, $"loss {losses[step].ToString("F4", CultureInfo.InvariantCulture)}");
        }
        HeadFolder.Save(configuration, store, folder);
        if (parse.GetValue(Losses) is { } file) AtomicFile.Write(file.FullName, stream => WriteLosses(stream, losses));
        session.Show(
            json =>
            {
                json.WriteString("head", folder);
                json.WriteNumber("parameters", store.Count);
                json.WriteNumber("seconds", watch.Elapsed.TotalSeconds);
                json.WriteNumber("first_loss", losses[0]);
                json.WriteNumber("last_loss", losses[^1]);
            },
            _ => Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{configuration.InputDimension} -> {configuration.OutputDimension}, {store.Count} parameters, loss {losses[0]:F4} -> {losses[^1]:F4} in {steps} steps ({watch.Elapsed.TotalSeconds:F1} s): {folder}")));
        return ExitCode.Success;
    }

    private static void WriteLosses(Stream stream, double[] losses)
    {
        using Utf8JsonWriter json = new(stream);
        json.WriteStartObject();
        json.WriteStartArray("losses");
        foreach (double loss in losses) json.WriteNumberValue(loss);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
