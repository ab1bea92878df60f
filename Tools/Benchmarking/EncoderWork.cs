using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Benchmarking;

/// <summary>One batch of random tokens through a model: forward as in embedding, or a whole training step.</summary>
internal sealed class EncoderWork
{
    private const double LearningRate = 1e-5;

    private readonly EmbeddingModel<float> _model;
    private readonly PackedSequences _batch = new();
    private readonly Tape<float> _tape;
    private readonly IScore<float> _score;
    private readonly CandidateList _candidates = new();
    private readonly DropoutSequence _dropout = DropoutSequence.ForTraining();
    private readonly AdamOptimizer? _optimizer;
    private SplittableRandom _random;

    /// <summary>Makes the batch.</summary>
    /// <param name="model">The model; training changes it.</param>
    /// <param name="sequences">Sequences of the batch; when training, the first half are queries, the second their positives and each other's negatives.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="train">Whether to train.</param>
    /// <param name="checkpoint">Whether training computes the layers' activations again.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="seed">Picks the tokens.</param>
    public EncoderWork(EmbeddingModel<float> model, int sequences, int length, bool train, bool checkpoint, WorkerPool workers, ulong seed)
    {
        (_model, _random) = (model, new SplittableRandom(seed));
        int[] ids = new int[length];
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            for (int i = 0; i < length; i++) ids[i] = _random.NextInt(model.Encoder.Configuration.VocabularySize);
            _batch.Add(ids);
        }
        _score = model.Head.Similarity == Similarity.Fidelity ? new FidelityScore<float>() : new CosineScore<float>();
        _tape = train ? new Tape<float>(workers, recording: true, model.Parameters.Gradients, checkpoint) : new Tape<float>(workers, recording: false);
        if (!train) return;
        _optimizer = new AdamOptimizer(model.Parameters, new AdamSettings(ClipNorm: 1), workers);
        FillCandidates(sequences / 2);
    }

    /// <summary>Floating point operations of the matrix products of one run; a multiply-add counts two, a training step thrice the forward pass, whatever is computed again.</summary>
    public double Flops
    {
        get
        {
            BertConfiguration sizes = _model.Encoder.Configuration;
            double hidden = sizes.HiddenSize, weights = sizes.Layers * ((4 * hidden * hidden) + (2 * hidden * sizes.IntermediateSize)), scores = 0;
            ReadOnlySpan<int> offsets = _batch.Offsets.Span;
            for (int i = 0; i < _batch.Count; i++) scores += Math.Pow(offsets[i + 1] - offsets[i], 2);
            double forward = 2 * ((_batch.Tokens * weights) + (2 * sizes.Layers * hidden * scores));
            return _optimizer is null ? forward : 3 * forward;
        }
    }

    /// <summary>Tokens of one run.</summary>
    public int Tokens => _batch.Tokens;

    /// <summary>Runs the batch once.</summary>
    public void Run()
    {
        _tape.Reset();
        if (_optimizer is null)
        {
            _model.Represent(_tape, _model.Pool(_tape, _batch, DropoutSequence.None));
            return;
        }
        _optimizer.ClearGradients();
        _dropout.Begin(_random.NextBits());
        Tensor<float> representations = _model.Represent(_tape, _model.Pool(_tape, _batch, _dropout));
        _tape.Backward(RankingLoss.Apply(_tape, _score, representations, _candidates));
        _optimizer.Step(LearningRate);
    }

    private void FillCandidates(int queries)
    {
        _candidates.Reset(queries, queries);
        for (int query = 0; query < queries; query++)
        {
            _candidates.SetQuery(query, query);
            for (int place = 0; place < queries; place++) _candidates.SetCandidate(query, place, queries + ((query + place) % queries));
        }
    }
}
