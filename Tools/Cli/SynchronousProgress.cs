namespace QEngine.Tools.Cli;

/// <summary>Progress told at once and on the thread that reports it; <see cref="Progress{T}"/> tells it later and out of order.</summary>
/// <param name="report">Is told.</param>
internal sealed class SynchronousProgress<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}
