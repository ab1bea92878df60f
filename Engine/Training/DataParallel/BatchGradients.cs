using QEngine.Autodiff;
using QEngine.Layers;

namespace QEngine.Training;

/// <summary>Gradients of examples that go through the model together, or one part after another where they need not be together.</summary>
/// <param name="tape">A tape that records and adds to the store's gradients.</param>
/// <param name="batch">The objective.</param>
internal sealed class BatchGradients(Tape<float> tape, BatchObjective batch) : IStepGradients
{
    private readonly DropoutSequence _dropout = DropoutSequence.ForTraining();

    /// <inheritdoc/>
    public StepResult Compute(ReadOnlySpan<int> examples, SplittableRandom random, RankingStatistics ranking) =>
        Add(examples, examples.Length, random, ranking);

    /// <summary>Adds the gradients of some of a step's examples.</summary>
    /// <param name="examples">Indices of examples.</param>
    /// <param name="all">How many examples the step has; the loss is this part's share of their mean.</param>
    /// <param name="random">What is random in these examples.</param>
    /// <param name="ranking">How positives were ranked before.</param>
    /// <param name="listener">Told which gradients have got all that these examples add to them.</param>
    public StepResult Add(
        ReadOnlySpan<int> examples, int all, SplittableRandom random, RankingStatistics ranking, IGradientListener? listener = null)
    {
        _dropout.Begin(random.NextBits());
        StepResult sum = new(0, ranking, 0);
        for (int first = 0; first < examples.Length;)
        {
            int count = batch.Part(examples[first..]);
            float weight = (float)count / all;
            ObjectiveValue<float> value = batch.Apply(tape, examples.Slice(first, count), _dropout, ref random);
            // What is computed again in the backward pass takes its dropouts again; the next part's follow those of this one.
            DropoutSequence.Place end = _dropout.Position;
            tape.Backward(value.Loss, [weight], first + count == examples.Length ? listener : null);
            _dropout.Resume(end);
            sum = new(
                sum.Loss + (weight * value.Loss.Span[0]), sum.Ranking.With(value.Scores.Span, batch.Candidates), sum.Tokens + batch.Tokens);
            first += count;
        }
        return sum;
    }
}
