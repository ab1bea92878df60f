using System.Diagnostics;
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

    /// <summary>Adam.</summary>
    public AdamSettings Adam { get; init; } = new(WeightDecay: 0.01f, ClipNorm: 1);

    /// <summary>Picks order, masks and dropout.</summary>
    public ulong Seed { get; init; } = 42;
}

/// <summary>
/// Trains a masked language model: of the tokens to predict, 80 % are replaced by [MASK], 10 % by a random token and
/// 10 % kept, anew at every step.
/// </summary>
public sealed class Pretrainer
{
    private readonly MaskedLanguageModel<float> _model;
    private readonly IReadOnlyList<int[]> _texts;
    private readonly Vocabulary _vocabulary;
    private readonly int _mask;
    private readonly PretrainingOptions _options;
    private readonly Tape<float> _tape;
    private readonly AdamOptimizer _optimizer;
    private readonly DropoutSequence _dropout = DropoutSequence.ForTraining();
    private readonly PackedSequences _batch = new();
    private readonly int[] _order;
    private int[] _masked = new int[256];
    private int[] _labels = new int[256];
    private int _next;
    private SplittableRandom _random;

    /// <summary>Prepares a run.</summary>
    /// <param name="model">The model with its first values.</param>
    /// <param name="texts">Token ids of the texts, [CLS] and [SEP] included.</param>
    /// <param name="vocabulary">The vocabulary; it must have [MASK].</param>
    /// <param name="options">Settings.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">There are no texts, or the vocabulary has no [MASK].</exception>
    public Pretrainer(MaskedLanguageModel<float> model, IReadOnlyList<int[]> texts, Vocabulary vocabulary, PretrainingOptions options, WorkerPool workers)
    {
        (_model, _texts, _vocabulary, _options) = (model, texts, vocabulary, options);
        if (texts.Count == 0) throw new QEngineException("expected texts to train a masked language model on, found none");
        _mask = vocabulary.MaskId ?? throw new QEngineException("expected a vocabulary with [MASK] to train a masked language model, found none");
        _tape = new Tape<float>(workers, recording: true, model.Parameters.Gradients);
        _optimizer = new AdamOptimizer(model.Parameters, options.Adam, workers);
        _order = new int[texts.Count];
        for (int i = 0; i < _order.Length; i++) _order[i] = i;
        _next = _order.Length;
        _random = new SplittableRandom(options.Seed);
    }

    /// <summary>Runs all steps.</summary>
    /// <param name="progress">Called after every step.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Run(Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        Stopwatch watch = Stopwatch.StartNew();
        LearningRateSchedule schedule = new(_options.LearningRate, (int)(_options.Steps * _options.WarmupShare), _options.Steps);
        long tokens = 0;
        for (int step = 0; step < _options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            double loss = Step(schedule[step]);
            tokens += _batch.Tokens;
            progress?.Invoke(new TrainingProgress(step + 1, _options.Steps, 1, loss, tokens, watch.Elapsed));
        }
    }

    private double Step(double learningRate)
    {
        Fill();
        int count = Mask();
        _tape.Reset();
        _optimizer.ClearGradients();
        _dropout.Begin(_random.NextBits());
        Tensor<float> loss = _model.Loss(_tape, _batch, _masked.AsMemory(0, count), _labels.AsMemory(0, count), _dropout);
        double value = loss.Span[0];
        if (!double.IsFinite(value)) throw new QEngineException($"expected a finite loss, found {value} at step {_optimizer.Steps + 1}: lower the learning rate");
        _tape.Backward(loss);
        _optimizer.Step(learningRate);
        return value;
    }

    private void Fill()
    {
        _batch.Clear();
        while (_batch.Tokens < _options.TokensPerStep)
        {
            if (_next == _order.Length)
            {
                _next = 0;
                _random.Shuffle<int>(_order);
            }
            _batch.Add(_texts[_order[_next++]]);
        }
    }

    /// <summary>Masks tokens at random, at least one; their number is returned.</summary>
    private int Mask()
    {
        int count = 0;
        ReadOnlySpan<int> ids = _batch.Ids.Span;
        while (count == 0)
        {
            for (int token = 0; token < ids.Length; token++)
            {
                int id = ids[token];
                bool special = id == _vocabulary.ClassificationId || id == _vocabulary.SeparatorId;
                if (special && ids.Length > 2 * _batch.Count) continue;
                if (_random.NextDouble() >= _options.MaskShare) continue;
                if (count == _masked.Length)
                {
                    Array.Resize(ref _masked, 2 * count);
                    Array.Resize(ref _labels, 2 * count);
                }
                (_masked[count], _labels[count++]) = (token, id);
                double choice = _random.NextDouble();
                if (choice < 0.8) _batch.Replace(token, _mask);
                else if (choice < 0.9) _batch.Replace(token, _random.NextInt(_vocabulary.Count));
            }
        }
        return count;
    }
}
