using BenchmarkDotNet.Attributes;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>
/// A training step with dropout and Adam over all parameters: the first half of the batch are queries, the second their positives and
/// each other's negatives.
/// </summary>
public class TrainingBenchmarks
{
    private const double LearningRate = 1e-5;
    private const ulong FirstSeed = 11;

    // What the check's first step is to take off the loss: far above rounding, small enough for the loss to be a plane.
    private const double Descent = 1e-3;

    private static readonly AdamSettings Settings = new(ClipNorm: 1);

    private readonly Objective<float> _objective = new(new CosineScore<float>(), new RankingLoss<float>());
    private readonly CandidateList _candidates = new();
    private readonly DropoutSequence _dropout = DropoutSequence.ForTraining();
    private WorkerPool _workers = WorkerPool.Single;
    private EmbeddingModel<float>? _model;
    private PackedSequences _batch = new();
    private Tape<float>? _tape;
    private AdamOptimizer? _optimizer;
    private ulong _seed = FirstSeed;

    /// <summary>The encoder and its batch.</summary>
    [ParamsSource(nameof(Cases))]
    public BatchShape Shape { get; set; } = Shapes.TrainingBatches[0];

    /// <summary>Whether only the inputs of the layers are kept and the rest is computed again.</summary>
    [Params(false, true)]
    public bool Checkpoint { get; set; }

    /// <summary>Threads that share the work.</summary>
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; } = 1;

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<BatchShape> Cases => Shapes.TrainingBatches;

    /// <summary>The values of <see cref="Threads"/>.</summary>
    public static IEnumerable<int> ThreadCounts => Shapes.Threads;

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(Threads);
        _model = RandomModel.Create(Shape.Preset);
        _batch = RandomModel.Batch(Shape.Sequences, Shape.Length);
        _tape = new Tape<float>(_workers, recording: true, _model.Parameters.Gradients, Checkpoint);
        _optimizer = new AdamOptimizer(_model.Parameters, Settings, _workers);
        int queries = Shape.Sequences / 2;
        _candidates.Reset(queries, queries);
        for (int query = 0; query < queries; query++)
        {
            _candidates.SetQuery(query, query);
            for (int place = 0; place < queries; place++) _candidates.SetCandidate(query, place, queries + ((query + place) % queries));
        }
        Verify();
    }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    [Benchmark]
    public void Step()
    {
        Differentiate(_seed++);
        _optimizer!.Step(LearningRate);
    }

    private double Differentiate(ulong seed)
    {
        _optimizer!.ClearGradients();
        Tensor<float> loss = Loss(seed);
        _tape!.Backward(loss);
        return loss.Span[0];
    }

    private Tensor<float> Loss(ulong seed)
    {
        _tape!.Reset();
        _dropout.Begin(seed);
        return _objective.Apply(_tape, _model!.Represent(_tape, _model.Pool(_tape, _batch, _dropout)), _candidates, default).Loss;
    }

    /// <summary>
    /// The first step of Adam goes by the learning rate times g / (|g| + eps) in every parameter, so the loss must fall by the learning
    /// rate times the sum of g^2 / (|g| + eps): one number that depends on every gradient and every update.
    /// </summary>
    private void Verify()
    {
        double before = Differentiate(FirstSeed), slope = 0, squares = 0;
        foreach (float gradient in _model!.Parameters.Gradients) squares += (double)gradient * gradient;
        double clip = Math.Min(1, Settings.ClipNorm / Math.Sqrt(squares));
        double epsilon = Settings.Epsilon / clip;
        foreach (float gradient in _model.Parameters.Gradients) slope += (double)gradient * gradient / (Math.Abs((double)gradient) + epsilon);
        _optimizer!.Step(Descent / slope);
        Check.Close(nameof(Step), [(float)((before - Loss(FirstSeed).Span[0]) / Descent)], [1], 5e-3);
    }
}
