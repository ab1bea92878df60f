using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Benchmarking;

/// <summary>
/// A training step of all parameters: the first half of the batch are queries, the second their positives and each other's negatives.
/// </summary>
internal sealed class TrainingWork : BenchWork
{
    // Forward once, backward twice as much; what checkpointing computes again does not count.
    private const int Passes = 3;
    private const double LearningRate = 1e-5;

    private readonly EmbeddingModel<float> _model;
    private readonly Tape<float> _tape;
    private readonly Objective<float> _objective;
    private readonly CandidateList _candidates = new();
    private readonly DropoutSequence _dropout = DropoutSequence.ForTraining();
    private readonly AdamOptimizer _optimizer;
    private SplittableRandom _random;

    /// <summary>Makes the batch.</summary>
    /// <param name="model">The model; it changes.</param>
    /// <param name="sequences">Sequences of the batch.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="checkpoint">Whether the layers' activations are computed again.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="seed">Picks tokens and dropout.</param>
    public TrainingWork(EmbeddingModel<float> model, int sequences, int length, bool checkpoint, WorkerPool workers, ulong seed)
        : base(model.Encoder.Configuration, sequences, length, seed)
    {
        (_model, _random) = (model, new SplittableRandom(seed));
        _objective = new Objective<float>(
            SimilarityScore.Of<float>(model.Head.Similarity), new RankingLoss<float>());
        _tape = new Tape<float>(workers, recording: true, model.Parameters.Gradients, checkpoint);
        _optimizer = new AdamOptimizer(model.Parameters, new AdamSettings(ClipNorm: 1), workers);
        int queries = sequences / 2;
        _candidates.Reset(queries, queries);
        for (int query = 0; query < queries; query++)
        {
            _candidates.SetQuery(query, query);
            for (int place = 0; place < queries; place++) _candidates.SetCandidate(query, place, queries + ((query + place) % queries));
        }
    }

    /// <inheritdoc/>
    public override double Flops => Passes * ForwardFlops;

    /// <inheritdoc/>
    public override void Run()
    {
        _tape.Reset();
        _optimizer.ClearGradients();
        _dropout.Begin(_random.NextBits());
        Tensor<float> representations = _model.Represent(_tape, _model.Pool(_tape, Batch, _dropout));
        _tape.Backward(_objective.Apply(_tape, representations, _candidates, default).Loss);
        _optimizer.Step(LearningRate);
    }
}
