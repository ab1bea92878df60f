using System.Diagnostics;
using System.Globalization;

namespace QEngine.Tools.Cli;

/// <summary>
/// Progress of long work on stderr: one line that is rewritten on a terminal, with a bar, the rate and the time left;
/// an occasional plain line when stderr goes to a file or pipe.
/// </summary>
/// <param name="plain">Whether lines are written rather than one rewritten.</param>
/// <param name="quiet">Whether nothing is written at all.</param>
internal sealed class ProgressReporter(bool plain, bool quiet = false)
{
    private const int BarWidth = 24;

    /// <summary>The smallest share from which the time left is told: before it, starting up is most of what has been timed.</summary>
    private const double FirstEstimate = 0.005;

    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private TimeSpan Interval => plain ? TimeSpan.FromSeconds(10) : TimeSpan.FromMilliseconds(200);

    /// <summary>Reports how far the work is; shown now and then only, and at the end.</summary>
    /// <param name="what">What is being done.</param>
    /// <param name="done">Share of the work done, 0 to 1.</param>
    /// <param name="elapsed">Time spent on it.</param>
    /// <param name="detail">Rate, loss and the like.</param>
    public void Report(string what, double done, TimeSpan elapsed, string detail)
    {
        if (quiet || (done < 1 && _sinceLast.Elapsed < Interval)) return;
        _sinceLast.Restart();
        string left = TimeLeft(done, elapsed);
        string percent = (100 * done).ToString("F0", CultureInfo.InvariantCulture);
        if (plain)
        {
            StandardError.Line($"{what}: {percent} %, {(detail.Length > 0 ? $"{detail}, " : "")}{left}");
            return;
        }
        int filled = (int)Math.Round(Math.Clamp(done, 0, 1) * BarWidth);
        StandardError.Progress($"{what} {new string('#', filled)}{new string('.', BarWidth - filled)} {percent,3} %  {detail}  {left}");
        if (done >= 1) EndLine();
    }

    /// <summary>Writes a line of its own, for instance the end of an epoch.</summary>
    /// <param name="line">The line.</param>
    public void Line(string line)
    {
        if (!quiet) StandardError.Line(line);
    }

    /// <summary>Ends the line that is being rewritten, so that what follows starts on a fresh one.</summary>
    public void EndLine() => StandardError.EndProgress();

    /// <summary>The time left at the rate so far; of work that has hardly begun the time spent, as of work that is done.</summary>
    /// <param name="done">Share of the work done, 0 to 1.</param>
    /// <param name="elapsed">Time spent on it.</param>
    public static string TimeLeft(double done, TimeSpan elapsed) => done switch
    {
        >= 1 => Time(elapsed),
        < FirstEstimate => $"{Time(elapsed)} so far",
        _ => $"{Time(elapsed * ((1 - done) / done))} left",
    };

    /// <summary>A duration as people say it: 42 s, 3:05 min, 1:02:03 h.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds < 100
        ? $"{time.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture)} s"
        : time.TotalHours < 1
            ? $"{(int)time.TotalMinutes}:{time.Seconds:D2} min"
            : $"{(int)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2} h";
}
