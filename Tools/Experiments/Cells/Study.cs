using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>One experiment or several that are run in turn; a cell that they have in common is run once.</summary>
internal sealed class Study
{
    private readonly (Experiment Experiment, ExperimentFolder Folder, ExperimentRun Run)[] _parts;

    private Study((Experiment Experiment, ExperimentFolder Folder, ExperimentRun Run)[] parts) => _parts = parts;

    /// <summary>The folders, in the order of the experiments.</summary>
    public IReadOnlyList<ExperimentFolder> Folders => [.. _parts.Select(part => part.Folder)];

    /// <summary>Reads and checks all that the experiments need, and opens their folders.</summary>
    /// <param name="session">Progress.</param>
    /// <param name="sources">The experiments.</param>
    /// <param name="choice">What the command line says.</param>
    /// <exception cref="UsageException">Two experiments have one name, or none has an encoder that was asked for.</exception>
    /// <exception cref="QEngineException">Something is missing, malformed or impossible, or a folder holds another run.</exception>
    public static Study Prepare(Session session, IReadOnlyList<ExperimentSource> sources, RunChoice choice)
    {
        string[] names = [.. sources.Select(source => source.Experiment.Name)];
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"expected experiments of different names, found {twice.Key} twice");
        string[] known = [.. sources.SelectMany(source => source.Experiment.Backbones).Select(backbone => backbone.Name).Distinct()];
        if (choice.Encoders?.FirstOrDefault(one => !known.Contains(one)) is { } unknown)
            throw new UsageException($"expected --encoders {Usage.Either(known)}, found '{unknown}'");
        (Experiment, ExperimentFolder, ExperimentRun Run)[] parts =
        [
            .. sources.Select(source =>
            {
                ExperimentFolder folder = new(FolderOf(source.Experiment, choice.Out, alone: sources.Count == 1));
                return (source.Experiment, folder, ExperimentRun.Prepare(session, source, folder, choice));
            }),
        ];
        // Nothing is begun where one of them cannot be run.
        foreach (var part in parts) part.Run.Open(choice.Resume);
        return new Study(parts);
    }

    /// <summary>Runs what is left.</summary>
    /// <param name="jobs">Cells at a time, which share the threads.</param>
    /// <exception cref="QEngineException">A cell failed; the others are done.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted; cells that were running will start again.</exception>
    public void Run(int jobs)
    {
        SharedCells shared = new();
        // What any of them has from before is there for all.
        if (_parts.Length > 1) foreach (var part in _parts) shared.Add(part.Experiment, part.Folder.Results());
        List<string> failures = [];
        foreach (var part in _parts)
        {
            part.Run.Share(shared);
            failures.AddRange(part.Run.Run(jobs));
            if (_parts.Length > 1) shared.Add(part.Experiment, part.Folder.Results());
        }
        if (failures.Count > 0)
            throw new QEngineException($"expected every cell to end, found {failures.Count} that failed, the first: {failures[0]}");
    }

    private static string FolderOf(Experiment experiment, string? given, bool alone)
    {
        if (given is not null && alone) return given;
        return Path.GetFullPath(Path.Combine(given ?? "experiments", experiment.Name));
    }
}

/// <summary>What the command line says of a run.</summary>
/// <param name="Out">Folder of the run, or of the runs of several; null for the usual.</param>
/// <param name="Data">Folder of the data.</param>
/// <param name="Backbones">Folder of encoders, or null.</param>
/// <param name="Encoders">Names of the experiments' encoders that are run; null for all.</param>
/// <param name="Seeds">The seeds; null for the experiments'.</param>
/// <param name="Resume">Whether to go on with runs.</param>
internal sealed record RunChoice(string? Out, string Data, string? Backbones, string[]? Encoders, ulong[]? Seeds, bool Resume);
