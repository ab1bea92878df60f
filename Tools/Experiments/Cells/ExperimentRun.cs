using System.Runtime.ExceptionServices;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Tools.Training;

namespace QEngine.Tools.Experiments;

/// <summary>Runs the cells of an experiment that are not done yet, several at a time.</summary>
internal sealed class ExperimentRun
{
    private readonly Session _session;
    private readonly ExperimentFolder _folder;
    private readonly CellContext _context;
    private readonly Cell[] _cells;
    private readonly RunProgress _progress;
    private readonly List<string> _failures = [];

    private ExperimentRun(Session session, ExperimentFolder folder, CellContext context, Cell[] cells)
    {
        (_session, _folder, _context, _cells) = (session, folder, context, cells);
        _progress = new RunProgress(session.Progress, cells.Length, cells.Count(cell => folder.Has(cell.Key)));
    }

    /// <summary>Reads and checks all that an experiment needs, and opens its folder.</summary>
    /// <param name="session">Progress.</param>
    /// <param name="source">The experiment.</param>
    /// <param name="choice">What the command line says.</param>
    /// <exception cref="QEngineException">Something is missing, malformed or impossible, or the folder holds another run.</exception>
    public static ExperimentRun Prepare(Session session, ExperimentSource source, RunChoice choice)
    {
        Experiment experiment = source.Experiment;
        IReadOnlyDictionary<string, string> files = HashFiles(experiment, choice.Data);
        List<CellTest> tests = [.. experiment.Tests.Select(test => CellTest.Read(test, choice.Data))];
        if (experiment.Development > 0)
        {
            TrainingRows rows = CellContext.Read(experiment.Training, choice.Data);
            tests.Add(DevelopmentTest.From(DevelopmentTest.TakeOut(rows, experiment.Development)));
        }
        ExperimentBackbone[] asked = [.. experiment.Backbones.Where(one => choice.Encoders?.Contains(one.Name) ?? true)];
        Backbone[] backbones = [.. asked.Select(backbone => Backbone.Load(backbone, choice.Backbones))];
        Cell[] cells = ExperimentPlan.Lay(experiment, choice.Seeds, backbones);
        Dictionary<string, string> encoders = backbones.Where(one => one.Fingerprint is not null)
            .ToDictionary(one => one.Choice.Name, one => one.Fingerprint!, StringComparer.Ordinal);
        ExperimentFolder folder = new(choice.Out);
        folder.Open(source, files, encoders, choice.Resume);
        FrozenVectors frozen = new(folder.Cache);
        CellContext context = new(
            experiment.Name, choice.Data, experiment.Development, experiment.Bits, backbones, tests, files, frozen);
        return new ExperimentRun(session, folder, context, cells);
    }

    /// <summary>Cells in all, those that were done before among them.</summary>
    public int Count => _cells.Length;

    /// <summary>Runs what is left.</summary>
    /// <param name="jobs">Cells at a time, which share the threads.</param>
    /// <exception cref="QEngineException">A cell failed; the others are done.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted; cells that were running will start again.</exception>
    public void Run(int jobs)
    {
        int threads = Math.Max(1, _session.Threads / jobs);
        Exception? stopped = null;
        Thread[] workers = [.. Enumerable.Range(0, jobs).Select(_ => new Thread(() =>
        {
            try
            {
                Work(threads);
            }
            catch (Exception failure)
            {
                // The others end at their next cell; what a thread of its own threw would end the process.
                Interlocked.CompareExchange(ref stopped, failure, null);
            }
        }))];
        foreach (Thread worker in workers) worker.Start();
        foreach (Thread worker in workers) worker.Join();
        _progress.End();
        if (stopped is not null) ExceptionDispatchInfo.Throw(stopped);
        if (_failures.Count > 0)
            throw new QEngineException($"expected every cell to end, found {_failures.Count} that failed, the first: {_failures[0]}");

        void Work(int threads)
        {
            using Session session = Session.Background(threads);
            CellRunner runner = new(_context, session);
            foreach (Cell cell in _cells)
            {
                Session.Cancellation.ThrowIfCancellationRequested();
                if (Volatile.Read(ref stopped) is not null) return;
                using IDisposable? claim = _folder.Claim(cell.Key);
                if (claim is not null) Run(runner, cell);
            }
        }
    }

    private void Run(CellRunner runner, Cell cell)
    {
        using RunProgress.Part part = _progress.Begin(cell.Key);
        try
        {
            _folder.Add(runner.Run(cell, part));
            part.Done();
        }
        catch (QEngineException failure)
        {
            // One that diverges is no reason to lose a night.
            _session.Progress.Line($"{cell.Key} failed: {failure.Message}");
            lock (_failures) _failures.Add($"{cell.Key}: {failure.Message}");
        }
    }

    private static SortedDictionary<string, string> HashFiles(Experiment experiment, string data)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        void Add(string name) => files[name] = ExperimentFolder.Hash(Path.Combine(data, name));

        foreach (ExperimentTraining training in AllTraining(experiment))
        {
            foreach (string file in training.Triples ?? []) Add(file);
            if (training.Vocabulary is { } vocabulary) Add(vocabulary);
        }
        foreach (ExperimentTest test in experiment.Tests)
        {
            if (test.IsPairs) Add(test.Path);
            else foreach (string file in TestFiles(Path.Combine(data, test.Path))) Add(Path.GetRelativePath(data, file));
        }
        return files;
    }

    private static IEnumerable<ExperimentTraining> AllTraining(Experiment experiment) =>
    [
        experiment.Training, .. experiment.Backbones.Select(one => one.Training), .. experiment.Models.Select(one => one.Training),
    ];

    private static string[] TestFiles(string folder) => Directory.Exists(folder)
        ? [DataFolder.Queries(folder), DataFolder.Passages(folder), DataFolder.Judgements(folder)]
        : throw new QEngineException($"expected the folder of a test, found none: {folder}");
}

/// <summary>What the command line says of a run.</summary>
/// <param name="Out">Folder of the run.</param>
/// <param name="Data">Folder of the data.</param>
/// <param name="Backbones">Folder of encoders, or null.</param>
/// <param name="Encoders">Names of the experiment's encoders that are run; null for all.</param>
/// <param name="Seeds">The seeds; null for the experiment's.</param>
/// <param name="Resume">Whether to go on with a run.</param>
internal sealed record RunChoice(string Out, string Data, string? Backbones, string[]? Encoders, ulong[]? Seeds, bool Resume);
