using System.Diagnostics;
using QEngine.Tools.Plots;

namespace QEngine.Benchmarks;

/// <summary>A server's memory over time, asked for every second, and requests answered until then.</summary>
internal sealed class MemoryTrace(Func<Task<double>> megabytes)
{
    private const int Width = 640, Height = 260, Left = 70, Top = 50, Below = 50, Margin = 30;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly List<(double Seconds, long Answered, double Megabytes)> _points = [];
    private long _answered;

    /// <summary>Counts a request.</summary>
    public void Count() => Interlocked.Increment(ref _answered);

    /// <summary>Asks until the time is over.</summary>
    public async Task Run(Stopwatch clock, TimeSpan time)
    {
        while (clock.Elapsed < time)
        {
            _points.Add((clock.Elapsed.TotalSeconds, Interlocked.Read(ref _answered), await megabytes()));
            await Task.Delay(Pause);
        }
    }

    /// <summary>Writes memory.csv and memory.svg.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="title">What was done.</param>
    public void Write(string folder, string title)
    {
        PlotFile.WriteCsv(
            folder, "memory.csv", "seconds,answered,resident_megabytes",
            _points.Select(FormattableString (point) => $"{point.Seconds:F1},{point.Answered},{point.Megabytes:F1}"));
        Axis across = Axis.Linear("requests answered, thousands", 0, Math.Max(1, _points[^1].Answered) / 1e3);
        Axis up = Axis.Linear("resident memory (MB)", 0, _points.Max(point => point.Megabytes));
        Line line = new("", new LineStyle(PlotColour.Blue, Marker: Marker.None), [.. _points.Select(point => new LinePoint(point.Answered / 1e3, point.Megabytes))]);
        Svg svg = new(Left + Width + Margin, Top + Height + Below);
        new LinePanel(title, across, up, [line]).Draw(svg, Left, Top, Width, Height);
        PlotFile.Write(folder, "memory.svg", svg.ToString());
    }
}
