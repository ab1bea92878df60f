namespace QEngine.Training;

/// <summary>What the gradients of a step are computed by.</summary>
internal interface IStepGradients
{
    /// <summary>Computes the gradients of a step's mean loss, in the parameters' store; they are zeros before.</summary>
    /// <param name="examples">Indices of the step's examples.</param>
    /// <param name="random">What is random in the step.</param>
    /// <param name="ranking">How the epoch's positives were ranked before this step.</param>
    StepResult Compute(ReadOnlySpan<int> examples, SplittableRandom random, RankingStatistics ranking);
}

/// <summary>What a step came to.</summary>
/// <param name="Loss">Mean loss, in nats.</param>
/// <param name="Ranking">How the epoch's positives were ranked, with those of this step.</param>
/// <param name="Tokens">Tokens of all its texts.</param>
internal readonly record struct StepResult(double Loss, RankingStatistics Ranking, long Tokens);
