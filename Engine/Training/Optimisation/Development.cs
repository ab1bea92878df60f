using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>Examples that are not trained on: their loss and ranking tell when training stops helping.</summary>
public sealed class Development : IEvaluator
{
    private readonly BatchObjective _batch;
    private readonly TrainingOptions _options;
    private readonly Tape<float> _tape;
    private readonly int[] _examples;

    /// <summary>Prepares for a set.</summary>
    /// <param name="model">The model that is trained.</param>
    /// <param name="set">The examples; should share no query with those trained on.</param>
    /// <param name="objective">As in training.</param>
    /// <param name="options">As in training: batch size and negatives.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">There are no examples.</exception>
    public Development(
        EmbeddingModel<float> model, TrainingSet set, Objective<float> objective, TrainingOptions options, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        if (set.Examples.Count == 0) throw new QEngineException("expected development examples, found none");
        _options = options;
        _batch = new BatchObjective(model, set, objective, options, workers);
        _tape = new Tape<float>(workers, recording: false);
        _examples = new int[set.Examples.Count];
        for (int i = 0; i < _examples.Length; i++) _examples[i] = i;
    }

    /// <inheritdoc/>
    public void Evaluate(EpochReportBuilder report)
    {
        ArgumentNullException.ThrowIfNull(report);
        (double loss, RankingStatistics ranking) = Evaluate();
        report.AddMeasure(EpochReport.DevelopmentLoss, loss);
        report.AddMeasure(EpochReport.DevelopmentAccuracy, ranking.Accuracy);
        report.AddMeasure(EpochReport.DevelopmentNdcg, ranking.Ndcg);
    }

    /// <summary>Measures the model as it is now, without dropout; the same model gives the same numbers.</summary>
    /// <returns>The mean loss over all examples, in nats, and how their positives are ranked.</returns>
    public (double Loss, RankingStatistics Ranking) Evaluate()
    {
        SplittableRandom random = new(_options.Seed);
        double sum = 0;
        RankingStatistics ranking = default;
        for (int first = 0; first < _examples.Length;)
        {
            ReadOnlySpan<int> rest = _examples.AsSpan(first);
            int count = _batch.Part(rest);
            ObjectiveValue<float> value = _batch.Apply(_tape, rest[..count], DropoutSequence.None, ref random);
            sum += count * (double)value.Loss.Span[0];
            ranking = ranking.With(value.Scores.Span, _batch.Candidates);
            first += count;
        }
        return (sum / _examples.Length, ranking);
    }
}
