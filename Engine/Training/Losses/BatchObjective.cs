using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>
/// The objective of some examples under a model: what a training step differentiates and a development set is measured by.
/// </summary>
internal sealed class BatchObjective
{
    private readonly EmbeddingModel<float> _model;
    private readonly TrainingSet _set;
    private readonly Objective<float> _objective;
    private readonly TrainingOptions _options;
    private readonly TrainingBatch _batch;
    private readonly PooledEmbeddingCache? _frozen;
    private readonly MiniBatchEncoder? _miniBatches;

    /// <summary>Prepares for a set; under a frozen encoder all its texts are encoded now, unless their vectors are given.</summary>
    public BatchObjective(
        EmbeddingModel<float> model, TrainingSet set, Objective<float> objective, TrainingOptions options, WorkerPool workers,
        PooledEmbeddingCache? pooled = null)
    {
        (_model, _set, _objective, _options) = (model, set, objective, options);
        _batch = new TrainingBatch(set);
        if (options.MiniBatchSize is int texts) _miniBatches = new MiniBatchEncoder(model, texts);
        if (EncoderIsFrozen(model)) _frozen = pooled ?? new PooledEmbeddingCache(model, set, workers);
    }

    /// <summary>Who is compared with whom in the last batch.</summary>
    public CandidateList Candidates => _batch.Candidates;

    /// <summary>Tokens of the last batch.</summary>
    public int Tokens => _batch.Sequences.Tokens;

    /// <summary>The mean loss of some examples, and the scores it is made of.</summary>
    public ObjectiveValue<float> Apply(Tape<float> tape, ReadOnlySpan<int> examples, DropoutSequence dropout, ref SplittableRandom random)
    {
        tape.Reset();
        _batch.Fill(examples, _options.Negatives, _options.InBatchNegatives, ref random);
        return _objective.Apply(tape, _model.Represent(tape, Pool(tape, dropout)), _batch.Candidates, _batch.Targets);
    }

    private Tensor<float> Pool(Tape<float> tape, DropoutSequence dropout)
    {
        if (_frozen is not null) return _frozen.Rows(tape, _batch.Texts);
        return _miniBatches?.Pool(tape, _batch.Sequences, dropout) ?? _model.Pool(tape, _batch.Sequences, dropout);
    }

    /// <summary>
    /// How many of the examples go through the model together: those of a batch where they are each other's negatives or
    /// the loss needs them together, else as many as fit the token budget, at least one.
    /// </summary>
    public int Part(ReadOnlySpan<int> examples)
    {
        int batch = Math.Min(examples.Length, _options.BatchSize);
        if (_options.InBatchNegatives || _objective.NeedsWholeBatch) return batch;
        long tokens = 0;
        for (int i = 0; i < batch; i++)
        {
            TrainingExample example = _set.Examples[examples[i]];
            tokens += _set.Tokens(example.Query).Length + _set.Tokens(example.Positive).Length;
            for (int n = 0; n < Math.Min(_options.Negatives, example.Negatives.Length); n++)
                tokens += _set.Tokens(example.Negatives[n]).Length;
            if (tokens > _options.TokenBudget && i > 0) return i;
        }
        return batch;
    }

    private static bool EncoderIsFrozen(EmbeddingModel<float> model)
    {
        for (int i = 0; i < model.EncoderParameters; i++)
            if (!model.Parameters.Parameters[i].Frozen) return false;
        return true;
    }
}
