using System.Diagnostics;
using System.Globalization;
using QEngine.Models;

namespace QEngine.Tools.Demo.Real;

/// <summary>Shows how many of the texts of a phase are embedded; told so from any thread.</summary>
/// <param name="progress">Where it is shown.</param>
internal sealed class TextCount(DemoProgress progress) : IProgress<EmbeddingProgress>
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _done;

    /// <inheritdoc/>
    public void Report(EmbeddingProgress value)
    {
        lock (_lock)
        {
            _done = Math.Max(_done, value.Completed);   // reports overtake each other
            string rate = (_done / _watch.Elapsed.TotalSeconds).ToString("N0", CultureInfo.InvariantCulture);
            string detail = string.Create(CultureInfo.InvariantCulture, $"{_done:N0}/{value.Total:N0} texts, {rate} texts/s");
            progress.Report((double)_done / value.Total!.Value, detail);
        }
    }
}
