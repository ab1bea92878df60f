using System.Diagnostics;
using QEngine.Quantum;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Lab;

/// <summary>Trains every model of every task of a system with every seed.</summary>
/// <param name="session">Threads and progress.</param>
/// <param name="setting">How it is run.</param>
/// <param name="seeds">The seeds, at least two.</param>
/// <param name="circuits">Takes the circuits of each task's first model; null where nobody asks.</param>
internal sealed class LabRunner(Session session, LabSetting setting, ulong[] seeds, LabCircuits? circuits = null)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _runs, _done;

    /// <summary>Runs a system.</summary>
    /// <exception cref="QEngineException">Its data are not there or malformed, or a training diverges.</exception>
    public LabResult Run(ILabSystem system)
    {
        IReadOnlyList<LabTask> tasks = system.Tasks(setting);
        _runs = seeds.Length * tasks.Sum(task => task.Models.Count);
        LabTaskResult[] results = [.. tasks.Select(task => Run(system.Card.Name, task))];
        session.Progress.EndLine();
        return LabResult.Of(system.Card, setting, seeds, results) with
        {
            Seconds = Math.Round(_clock.Elapsed.TotalSeconds, 1),
            Threads = session.Threads,
        };
    }

    private LabTaskResult Run(string system, LabTask task)
    {
        List<LabModelResult> models = [];
        foreach (LabModel model in task.Models)
        {
            List<BoundCircuit>? kept = circuits is not null && models.Count == 0 ? [] : null;
            LabOutcome[] outcomes =
            [
                .. seeds.Select((seed, i) => Run(
                    $"{system}: {task.Name}, {model.Name}, seed {seed}", model, seed, i == 0 ? kept : null)),
            ];
            models.Add(LabModelResult.Of(model.Name, outcomes));
            if (kept is not null) circuits!.Write(system, task.Name, model.Name, kept);
        }
        return LabTaskResult.Of(task, models);
    }

    private LabOutcome Run(string what, LabModel model, ulong seed, List<BoundCircuit>? kept)
    {
        LabOutcome outcome = model.Train(new LabRun(seed, session.Workers, Report) { Circuits = kept });
        if (!double.IsFinite(outcome.Value)) throw new QEngineException($"{what}: expected a finite measure, found {outcome.Value}");
        _done++;
        return outcome;

        void Report(double share) => session.Progress.Report(
            what, Math.Min(0.999, (_done + share) / _runs), _clock.Elapsed, $"{_done} of {_runs} trainings");
    }
}
