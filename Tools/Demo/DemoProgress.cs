using System.Diagnostics;
using QEngine.Tools.Cli;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Demo;

/// <summary>One progress line for all phases of the demo, with the time left for the whole of it.</summary>
/// <param name="reporter">Where it is shown.</param>
/// <param name="seconds">Expected seconds of all phases.</param>
internal sealed class DemoProgress(ProgressReporter reporter, double seconds) : IProgress<TrainingProgress>
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private string _phase = "";
    private double _expected;
    private double _finished;

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>Starts a phase.</summary>
    /// <param name="phase">What is being done.</param>
    /// <param name="expected">Expected seconds.</param>
    public void Begin(string phase, double expected)
    {
        _finished += _expected;
        (_phase, _expected) = (phase, expected);
        Report(0, "");
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value) => Report((double)value.Step / value.Steps, TrainingReporter.Detail(value));

    /// <summary>Reports how far the phase is.</summary>
    /// <param name="share">Share of the phase done, 0 to 1.</param>
    /// <param name="detail">Rate, loss and the like.</param>
    public void Report(double share, string detail) =>
        reporter.Report(_phase, Math.Min(0.999, (_finished + (_expected * share)) / seconds), _watch.Elapsed, detail);

    /// <summary>Writes a line of its own.</summary>
    public void Line(string line) => reporter.Line(line);

    /// <summary>Ends the progress line.</summary>
    public void End() => reporter.EndLine();
}
