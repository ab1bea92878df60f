namespace QEngine.Training;

/// <summary>Linear warm-up from 0 to the peak, then linear decay to 0 at the last step, or a constant rate.</summary>
/// <param name="Peak">Largest learning rate.</param>
/// <param name="WarmupSteps">Steps of the warm-up.</param>
/// <param name="TotalSteps">All steps; 0 keeps the peak after the warm-up.</param>
public readonly record struct LearningRateSchedule(double Peak, int WarmupSteps, int TotalSteps)
{
    /// <summary>The same rate at every step.</summary>
    /// <param name="rate">The rate.</param>
    public static LearningRateSchedule Constant(double rate) => new(rate, 0, 0);

    /// <summary>The rate of a step.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    public double this[int step]
    {
        get
        {
            if (step < WarmupSteps) return Peak * (step + 1) / WarmupSteps;
            if (TotalSteps == 0) return Peak;
            return Peak * Math.Max(0, TotalSteps - step) / Math.Max(1, TotalSteps - WarmupSteps);
        }
    }
}
