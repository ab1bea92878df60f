namespace QEngine.Benchmarks;

/// <summary>A thousand queries a call; a thousandth of the time is that of one of them.</summary>
public class BatchSearchBenchmarks : SearchBenchmarks
{
    /// <inheritdoc/>
    protected override int Queries => 1000;
}
