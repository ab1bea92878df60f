using BenchmarkDotNet.Attributes;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Memory;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>An op through a tape: forward as in inference, and recorded forward with the gradients of its input and parameters.</summary>
public abstract class OpBenchmarks
{
    private readonly ParameterStore<float> _store = new();
    private WorkerPool _workers = WorkerPool.Single;
    private Tape<float>? _inference, _training;
    private Tensor<float> _x;
    private AlignedBuffer<float> _dy;

    /// <summary>Threads that share the work.</summary>
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; } = 1;

    /// <summary>The values of <see cref="Threads"/>.</summary>
    public static IEnumerable<int> ThreadCounts => Shapes.Threads;

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(Threads);
        Declare(_store);
        _store.Initialize(seed: 1);
        _inference = new Tape<float>(_workers, recording: false);
        _training = new Tape<float>(_workers, recording: true, _store.Gradients);
        AlignedBuffer<float> x = Inputs.Gaussian(Input.Length, seed: 2);
        _x = new Tensor<float>(x.Array, x.Offset, Input, slot: 0);
        Verify();
        _dy = Inputs.Gaussian(Input.Rows * Outputs, seed: 3);
    }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    [Benchmark]
    public void Forward() => Infer();

    [Benchmark]
    public void ForwardBackward() => Train(out _);

    /// <summary>Extents of x.</summary>
    protected abstract Shape Input { get; }

    /// <summary>Columns of y.</summary>
    protected abstract int Outputs { get; }

    /// <summary>How many of the last rows are compared with the naive computation; they may not depend on the others.</summary>
    protected virtual int CheckedRows => Math.Min(4, Input.Rows);

    /// <summary>Declares the op's parameters.</summary>
    protected abstract void Declare(ParameterStore<float> store);

    /// <summary>Applies the op.</summary>
    protected abstract Tensor<float> Apply(Tape<float> tape, Tensor<float> x);

    /// <summary>The op as its definition reads.</summary>
    /// <param name="x">The last rows of x.</param>
    /// <param name="parameters">All parameters in the order of their declaration.</param>
    protected abstract double[] Naive(double[] x, double[] parameters);

    private Tensor<float> Infer()
    {
        _inference!.Reset();
        return Apply(_inference, _x);
    }

    private Gradients<float> Train(out Tensor<float> x)
    {
        _training!.Reset();
        x = _training.WithGradient(_x);
        return _training.Backward(Apply(_training, x), _dy.Span);
    }

    /// <summary>Where the result's gradient is zero but in the last rows, the parameters' gradients come from these alone.</summary>
    private void Verify()
    {
        _dy = Inputs.Zeros(Input.Rows * Outputs);
        AlignedBuffer<float> last = Inputs.Gaussian(CheckedRows * Outputs, seed: 4);
        last.Span.CopyTo(_dy.Span[^last.Length..]);
        double[] x = Inputs.Wide(_x.Span[^(CheckedRows * Input.Columns)..]), parameters = Inputs.Wide(_store.Values);
        Check.Close(nameof(Forward), Infer().Span[^last.Length..], Naive(x, parameters));
        Gradients<float> gradients = Train(out Tensor<float> differentiated);
        Check.Gradient("dx", at => Check.Dot(Naive(at, parameters), last.Span), x, gradients[differentiated][^x.Length..]);
        if (_store.Count > 0) Check.Gradient("dparameters", at => Check.Dot(Naive(x, at), last.Span), parameters, _store.Gradients);
    }
}
