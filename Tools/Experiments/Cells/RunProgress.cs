using System.Diagnostics;
using System.Globalization;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Experiments;

/// <summary>How far a run is: cells done of all, and the time left by what this process has done so far. For several threads.</summary>
/// <param name="progress">Where it is shown.</param>
/// <param name="cells">Cells in all.</param>
/// <param name="done">Cells that were done before.</param>
internal sealed class RunProgress(ProgressReporter progress, int cells, int done)
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<Part> _running = [];
    private int _finished;

    /// <summary>Begins a cell.</summary>
    public Part Begin(string key)
    {
        Part part = new(this, key);
        lock (_lock) _running.Add(part);
        Show(key, "");
        return part;
    }

    /// <summary>Ends the line that is rewritten.</summary>
    public void End() => progress.EndLine();

    private void Show(string key, string detail)
    {
        lock (_lock)
        {
            double share = (_finished + _running.Sum(part => part.Share)) / Math.Max(1, cells - done);
            string text = string.Create(CultureInfo.InvariantCulture, $"{done + _finished} of {cells} cells, {key}{detail}");
            // The end is said by the summary.
            progress.Report("experiment", Math.Min(share, 0.999), _clock.Elapsed, text);
        }
    }

    /// <summary>A cell that is running.</summary>
    /// <param name="run">Its run.</param>
    /// <param name="key">Its name.</param>
    public sealed class Part(RunProgress run, string key) : IProgress<TrainingProgress>, IDisposable
    {
        // Tests take time too.
        private const double TrainingShare = 0.8;

        private readonly Stopwatch _clock = Stopwatch.StartNew();

        /// <summary>Share of the cell that is done.</summary>
        public double Share { get; private set; }

        /// <inheritdoc/>
        public void Report(TrainingProgress value)
        {
            Share = TrainingShare * value.Step / value.Steps;
            run.Show(key, string.Create(CultureInfo.InvariantCulture, $", epoch {value.Epoch}, loss {value.AverageLoss:F3}"));
        }

        /// <summary>Counts the cell as done.</summary>
        public void Done()
        {
            lock (run._lock) run._finished++;
            run.Say($"{key}: {ProgressReporter.Time(_clock.Elapsed)}");
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (run._lock) run._running.Remove(this);
        }
    }

    private void Say(string line) => progress.Line(line);
}
