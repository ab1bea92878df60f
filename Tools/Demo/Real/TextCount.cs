using System.Diagnostics;
using System.Globalization;

namespace QEngine.Tools.Demo.Real;

/// <summary>Shows how many of the texts of a phase are embedded; told so from any thread.</summary>
/// <param name="progress">Where it is shown.</param>
/// <param name="total">How many there are.</param>
internal sealed class TextCount(DemoProgress progress, int total) : IProgress<int>
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _done;

    /// <inheritdoc/>
    public void Report(int value)
    {
        lock (_lock)
        {
            _done += value;
            string rate = (_done / _watch.Elapsed.TotalSeconds).ToString("N0", CultureInfo.InvariantCulture);
            string detail = string.Create(CultureInfo.InvariantCulture, $"{_done:N0}/{total:N0} texts, {rate} texts/s");
            progress.Report((double)_done / total, detail);
        }
    }
}
