using System.Runtime.ExceptionServices;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Tools.Training;

namespace QEngine.Tools.Experiments;

/// <summary>Runs the cells of an experiment that are not done yet, several at a time.</summary>
internal sealed class ExperimentRun
{
    private readonly Session _session;
    private readonly ExperimentSource _source;
    private readonly ExperimentFolder _folder;
    private readonly CellContext _context;
    private readonly Cell[] _cells;
    private readonly List<string> _failures = [];

    private ExperimentRun(Session session, ExperimentSource source, ExperimentFolder folder, CellContext context, Cell[] cells) =>
        (_session, _source, _folder, _context, _cells) = (session, source, folder, context, cells);

    /// <summary>Reads and checks all that an experiment needs; its folder is not touched.</summary>
    /// <param name="session">Progress.</param>
    /// <param name="source">The experiment.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="choice">What the command line says.</param>
    /// <exception cref="QEngineException">Something is missing, malformed or impossible.</exception>
    public static ExperimentRun Prepare(Session session, ExperimentSource source, ExperimentFolder folder, RunChoice choice)
    {
        Experiment experiment = source.Experiment;
        DataFiles files = DataFiles.Hash(experiment, choice.Data);
        List<CellTest> tests = [.. experiment.Tests.Select(test => CellTest.Read(test, choice.Data))];
        if (experiment.Development > 0)
        {
            TrainingRows rows = CellContext.Read(experiment.Training, choice.Data);
            tests.Add(DevelopmentTest.From(DevelopmentTest.TakeOut(rows, experiment.Development)));
        }
        ExperimentBackbone[] asked = [.. experiment.Backbones.Where(one => choice.Encoders?.Contains(one.Name) ?? true)];
        Backbone[] backbones =
        [
            .. asked.Select(one => one.Vectors is null ? Backbone.Load(one, choice.Backbones) : Backbone.Read(one, choice.Data)),
        ];
        Cell[] cells = ExperimentPlan.Lay(experiment, choice.Seeds, backbones);
        CellContext context = new(experiment, files, backbones, tests, new FrozenVectors(folder.Cache));
        return new ExperimentRun(session, source, folder, context, cells);
    }

    /// <summary>Begins the run in its folder, or goes on with it.</summary>
    /// <param name="resume">Whether the folder may hold a run.</param>
    /// <exception cref="QEngineException">It holds another run, or cannot be written.</exception>
    public void Open(bool resume)
    {
        Dictionary<string, string> encoders = _context.Backbones.Where(one => one.Fingerprint is not null)
            .ToDictionary(one => one.Choice.Name, one => one.Fingerprint!, StringComparer.Ordinal);
        _folder.Open(_source, _context.Data.All, encoders, resume);
    }

    /// <summary>Keeps what another experiment has done of its cells.</summary>
    /// <param name="shared">What others have done; told what this folder has.</param>
    public void Share(SharedCells shared)
    {
        CellResult[] taken =
        [
            .. _cells.Where(cell => !_folder.Has(cell.Key)).Select(cell => shared.Find(_context, cell)).OfType<CellResult>(),
        ];
        foreach (CellResult cell in taken) _folder.Add(cell);
        if (taken.Length == 0) return;
        _session.Progress.Line($"{_context.Experiment.Name}: {Plural.Format(taken.Length, "cell")} as other experiments have them");
    }

    /// <summary>Runs what is left.</summary>
    /// <param name="jobs">Cells at a time, which share the threads.</param>
    /// <returns>A line of every cell that failed; the others are done.</returns>
    /// <exception cref="OperationCanceledException">The user interrupted; cells that were running will start again.</exception>
    public IReadOnlyList<string> Run(int jobs)
    {
        RunProgress progress = new(_session.Progress, _cells.Length, _cells.Count(cell => _folder.Has(cell.Key)));
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
        progress.End();
        if (stopped is not null) ExceptionDispatchInfo.Throw(stopped);
        return _failures;

        void Work(int threads)
        {
            using Session session = Session.Background(threads);
            CellRunner runner = new(_context, session);
            foreach (Cell cell in _cells)
            {
                Session.Cancellation.ThrowIfCancellationRequested();
                if (Volatile.Read(ref stopped) is not null) return;
                using IDisposable? claim = _folder.Claim(cell.Key);
                if (claim is not null) Run(runner, cell, progress);
            }
        }
    }

    private void Run(CellRunner runner, Cell cell, RunProgress progress)
    {
        using RunProgress.Part part = progress.Begin(cell.Key);
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
}
