using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>What a training run does beside its steps.</summary>
internal sealed record TrainingPlan
{
    /// <summary>Where the run's state is kept.</summary>
    public required string CheckpointPath { get; init; }

    /// <summary>Steps between two checkpoints, or 0 for epochs' ends only.</summary>
    public required int CheckpointSteps { get; init; }

    /// <summary>All that has to be the same when a run goes on.</summary>
    public required string Settings { get; init; }

    /// <summary>Development examples, or null.</summary>
    public Development? Development { get; init; }

    /// <summary>Retrieval tests after every epoch.</summary>
    public IReadOnlyList<TestSet> Tests { get; init; } = [];

    /// <summary>The measure whose best epoch is kept; null keeps the last.</summary>
    public string? BestBy { get; init; }

    /// <summary>Epochs without a better value after which the run stops; 0 for all epochs.</summary>
    public int Patience { get; init; }

    /// <summary>File that receives the epochs as JSON lines, or null.</summary>
    public OutputFile? Log { get; init; }
}
