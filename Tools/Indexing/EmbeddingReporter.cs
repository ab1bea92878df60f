using System.Diagnostics;
using System.Globalization;
using QEngine.Models;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Indexing;

/// <summary>Shows how many texts are embedded, or vectors taken, at what rate; told so from any thread.</summary>
/// <param name="progress">Where it is shown.</param>
/// <param name="what">What is being done.</param>
/// <param name="unit">What is counted, in the plural.</param>
/// <param name="total">How many there are.</param>
internal sealed class EmbeddingReporter(ProgressReporter progress, string what, string unit, long total) : IProgress<EmbeddingProgress>
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _done;

    /// <summary>Texts done and the time since the start.</summary>
    public BatchEmbedder.Result Result => new(_done, _clock.Elapsed);

    /// <inheritdoc/>
    public void Report(EmbeddingProgress value)
    {
        lock (_lock)
        {
            _done = Math.Max(_done, value.Completed);   // reports overtake each other
            BatchEmbedder.Result result = Result;
            string rate = result.Rate.ToString("F0", CultureInfo.InvariantCulture);
            progress.Report(what, (double)_done / total, result.Time, $"{_done}/{total}, {rate} {unit}/s");
        }
    }
}
