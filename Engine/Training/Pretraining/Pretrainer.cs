using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Text;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>Settings of masked-language-model training.</summary>
public sealed record PretrainingOptions
{
    /// <summary>Steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Tokens of a step.</summary>
    public int TokensPerStep { get; init; } = 4096;

    /// <summary>Share of the tokens to predict.</summary>
    public double MaskShare { get; init; } = 0.15;

    /// <summary>Largest learning rate.</summary>
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>Share of the steps over which the learning rate rises from 0; it falls linearly to 0 afterwards.</summary>
    public double WarmupShare { get; init; } = 0.1;

    /// <summary>Whether only the inputs of the encoder's layers are kept for the backward pass.</summary>
    public bool CheckpointActivations { get; init; }

    /// <summary>Adam.</summary>
    public AdamSettings Adam { get; init; } = new(WeightDecay: 0.01f, ClipNorm: 1);

    /// <summary>Picks order, masks and dropout.</summary>
    public ulong Seed { get; init; } = 42;
}

/// <summary>
/// Trains a masked language model: of the tokens to predict, 80 % are replaced by [MASK], 10 % by a random token and
/// 10 % kept, anew at every step.
/// </summary>
/// <remarks>Deterministic and restorable as <see cref="EmbeddingTrainer"/>.</remarks>
public sealed class Pretrainer : ITrainer
{
    // Which of the seed's generators draws what.
    private const ulong Orders = 1, Draws = 2;

    private const string LossName = "loss";

    private readonly MaskedLanguageModel<float> _model;
    private readonly IReadOnlyList<int[]> _texts;
    private readonly TokenMasks _masks;
    private readonly PretrainingOptions _options;
    private readonly LearningRateSchedule _schedule;
    private readonly Tape<float> _tape;
    private readonly AdamOptimizer _optimizer;
    private readonly DropoutSequence _dropout = DropoutSequence.ForTraining();
    private readonly PackedSequences _batch = new();
    private readonly LossAverage _losses = new();
    private readonly int[] _order;
    private long _pass = -1;
    private int _next;

    /// <summary>Prepares a run.</summary>
    /// <param name="model">The model with its first values.</param>
    /// <param name="texts">Token ids of the texts, [CLS] and [SEP] included.</param>
    /// <param name="vocabulary">The vocabulary; it must have [MASK].</param>
    /// <param name="options">Settings.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">There are no texts, or the vocabulary has no [MASK].</exception>
    public Pretrainer(
        MaskedLanguageModel<float> model, IReadOnlyList<int[]> texts, Vocabulary vocabulary, PretrainingOptions options, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        (_model, _texts, _options) = (model, texts, options);
        if (texts.Count == 0) throw new QEngineException("expected texts to train a masked language model on, found none");
        _masks = new TokenMasks(vocabulary, options.MaskShare);
        _tape = new Tape<float>(workers, recording: true, model.Parameters.Gradients, options.CheckpointActivations);
        _optimizer = new AdamOptimizer(model.Parameters, options.Adam, workers);
        _schedule = new LearningRateSchedule(options.LearningRate, (int)(options.Steps * options.WarmupShare), options.Steps);
        _order = new int[texts.Count];
        _next = _order.Length;
    }

    /// <inheritdoc/>
    public ParameterStore<float> Parameters => _model.Parameters;

    /// <inheritdoc/>
    public int Steps => _options.Steps;

    /// <inheritdoc/>
    public int CompletedSteps => _optimizer.Steps;

    /// <summary>Times that all texts were begun, at least 1.</summary>
    public int Epoch => (int)Math.Clamp(Passes, 1, int.MaxValue);

    /// <summary>Whether the run has ended: only then is it measured.</summary>
    public bool EpochEnded => CompletedSteps == Steps;

    /// <inheritdoc/>
    public long Tokens { get; private set; }

    private long Passes => _pass + 1;

    /// <inheritdoc/>
    public double Step()
    {
        SplittableRandom random = new SplittableRandom(_options.Seed).Split(Draws).Split((ulong)CompletedSteps);
        Fill();
        int count = _masks.Apply(_batch, ref random);
        _tape.Reset();
        _optimizer.ClearGradients();
        _dropout.Begin(random.NextBits());
        Tensor<float> loss = _model.Loss(_tape, _batch, _masks.Places[..count], _masks.Labels[..count], _dropout);
        double value = loss.Span[0];
        if (!double.IsFinite(value))
            throw new QEngineException($"expected a finite loss, found {value} at step {CompletedSteps + 1}: lower the learning rate");
        _tape.Backward(loss);
        _optimizer.Step(_schedule[CompletedSteps]);
        Tokens += _batch.Tokens;
        _losses.Add(value);
        return value;
    }

    /// <summary>
    /// The mean loss over all masked tokens of texts that are not trained on; the same model and texts give the same number.
    /// </summary>
    /// <param name="texts">Token ids, at least one text.</param>
    /// <returns>In nats; e to its power is the perplexity.</returns>
    public double Evaluate(IReadOnlyList<int[]> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        Tape<float> tape = new(_tape.Workers, recording: false);
        PackedSequences batch = new();
        SplittableRandom random = new(_options.Seed);
        double sum = 0;
        long tokens = 0;
        for (int text = 0; text < texts.Count;)
        {
            batch.Clear();
            while (text < texts.Count && batch.Tokens < _options.TokensPerStep) batch.Add(texts[text++]);
            int count = _masks.Apply(batch, ref random);
            tape.Reset();
            sum += count * (double)_model.Loss(tape, batch, _masks.Places[..count], _masks.Labels[..count], DropoutSequence.None).Span[0];
            tokens += count;
        }
        return sum / tokens;
    }

    /// <inheritdoc/>
    public void Report(EpochReportBuilder report)
    {
        ArgumentNullException.ThrowIfNull(report);
        report.AddMeasure(EpochReport.Loss, _losses.Value);
    }

    /// <inheritdoc/>
    public void Save(TrainingCheckpointWriter checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Add(_optimizer);
        checkpoint.Add("tokens", Tokens);
        checkpoint.Add("passes", Passes);
        checkpoint.Add("next", _next);
        checkpoint.Add(LossName, _losses.Save());
    }

    /// <inheritdoc/>
    public void Restore(TrainingCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        checkpoint.Restore(_optimizer);
        if (CompletedSteps > _options.Steps) throw checkpoint.Malformed("steps");
        long next = checkpoint.Integer("next"), passes = checkpoint.Integer("passes");
        if (next > _order.Length) throw checkpoint.Malformed("next");
        Tokens = checkpoint.Integer("tokens");
        if (!_losses.TryRestore(checkpoint.Text(LossName))) throw checkpoint.Malformed(LossName);
        Order(passes - 1);
        _next = (int)next;
    }

    private void Fill()
    {
        _batch.Clear();
        while (_batch.Tokens < _options.TokensPerStep)
        {
            if (_next == _order.Length) Order(_pass + 1);
            _batch.Add(_texts[_order[_next++]]);
        }
    }

    private void Order(long pass)
    {
        for (int i = 0; i < _order.Length; i++) _order[i] = i;
        new SplittableRandom(_options.Seed).Split(Orders).Split((ulong)pass).Shuffle<int>(_order);
        (_pass, _next) = (pass, 0);
    }
}
