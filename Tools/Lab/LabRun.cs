using QEngine.Quantum;
using QEngine.Tools.Cli;
using QEngine.Workers;

namespace QEngine.Tools.Lab;

/// <summary>The training of one model with one seed.</summary>
/// <param name="seed">Seed of parameters, order and masks.</param>
/// <param name="workers">Threads.</param>
/// <param name="report">Takes the share that is done.</param>
internal sealed class LabRun(ulong seed, WorkerPool workers, Action<double> report)
{
    /// <summary>Seed of everything random.</summary>
    public ulong Seed => seed;

    /// <summary>Threads.</summary>
    public WorkerPool Workers => workers;

    /// <summary>Takes the circuits that the trained network runs for the first test input; null where nobody asks.</summary>
    public List<BoundCircuit>? Circuits { get; init; }

    /// <summary>Tells how far it is.</summary>
    /// <param name="done">Share of the training, 0 to 1.</param>
    /// <exception cref="OperationCanceledException">The command is to end.</exception>
    public void Report(double done)
    {
        Session.Cancellation.ThrowIfCancellationRequested();
        report(done);
    }
}
