using QEngine.Training;

namespace QEngine.Tests.Training;

/// <summary>Tells a test of every step, in the step.</summary>
internal sealed class Steps(Action<TrainingProgress> told) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => told(value);
}
