using System.Diagnostics;
using System.Reflection;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Experiments;

/// <summary>Runs cells, one at a time.</summary>
/// <param name="context">What they share.</param>
/// <param name="session">Threads.</param>
internal sealed class CellRunner(CellContext context, Session session)
{
    private static readonly string Version =
        typeof(CellRunner).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Makes a cell's model and measures it.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="progress">Told after every step of a training.</param>
    /// <exception cref="QEngineException">Its data or settings do not allow it, or a loss is not finite.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public CellResult Run(Cell cell, IProgress<TrainingProgress> progress)
    {
        Stopwatch clock = Stopwatch.StartNew();
        Session seeded = session.With(cell.Seed);
        CellModel model = cell.Model.Method == CellMethod.Train
            ? TrainedCell.Make(context, cell, seeded, progress)
            : HeadCell.Make(context, cell, seeded);
        double made = clock.Elapsed.TotalSeconds;
        CellTestResult[] tests = model.Vectors.Run(context.TestsOf(cell), context.Experiment.Bits, session.Workers);
        Backbone backbone = context.BackboneOf(cell);
        return new CellResult
        {
            Format = CellResult.CurrentFormat,
            Experiment = context.Experiment.Name,
            Key = cell.Key,
            Backbone = cell.Backbone.Name,
            Model = cell.Model.Name,
            Size = cell.Size,
            Fraction = cell.Fraction,
            Seed = cell.Seed,
            Similarity = cell.Model.Similarity.Name(),
            InputDimension = backbone.Width,
            Parameters = model.Parameters,
            Training = model.Training,
            Epochs = [.. model.Epochs],
            Tests = tests,
            Settings = cell.Settings,
            Data = context.Data.Of(cell),
            BackboneFingerprint = backbone.Fingerprint,
            Version = Version,
            Times = new CellTimes(
                Math.Round(made - model.Seconds, 3), Math.Round(model.Seconds, 3), Math.Round(clock.Elapsed.TotalSeconds - made, 3),
                session.Threads),
        };
    }
}
