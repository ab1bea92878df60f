using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>The attention core, without dropout, on sequences of one length.</summary>
public class AttentionBenchmarks
{
    private AlignedBuffer<float> _qkv, _output, _statistics, _doutput, _dqkv;
    private int[] _offsets = [];
    private WorkerPool _workers = WorkerPool.Single;

    /// <summary>The sequences and heads.</summary>
    [ParamsSource(nameof(Cases))]
    public AttentionShape Shape { get; set; } = Shapes.Attentions[0];

    /// <summary>Threads that share the work.</summary>
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; } = 1;

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<AttentionShape> Cases => Shapes.Attentions;

    /// <summary>The values of <see cref="Threads"/>.</summary>
    public static IEnumerable<int> ThreadCounts => Shapes.Threads;

    private Attention Attention => new(Shape.Heads, Shape.Hidden, Dropout.None);

    [GlobalSetup]
    public void Setup()
    {
        _workers = new WorkerPool(Threads);
        _offsets = [.. Enumerable.Range(0, Shape.Sequences + 1).Select(sequence => sequence * Shape.Length)];
        _qkv = Inputs.Gaussian(Shape.Tokens * 3 * Shape.Hidden, seed: 1);
        _doutput = Inputs.Gaussian(Shape.Tokens * Shape.Hidden, seed: 2);
        _output = Inputs.Zeros(Shape.Tokens * Shape.Hidden);
        _statistics = Inputs.Zeros(Shape.Heads * Shape.Tokens);
        _dqkv = Inputs.Zeros(Shape.Tokens * 3 * Shape.Hidden);
        Verify();
    }

    [GlobalCleanup]
    public void Cleanup() => _workers.Dispose();

    [Benchmark]
    public void Forward() => Attention.Forward<float>(_workers, _qkv.Span, _offsets, _output.Span, _statistics.Span);

    [Benchmark]
    public void Backward() =>
        Attention.Backward<float>(_workers, _qkv.Span, _offsets, _output.Span, _statistics.Span, _doutput.Span, _dqkv.Span, accumulate: false);

    /// <summary>Compares the last sequence: no sequence knows of the others.</summary>
    private void Verify()
    {
        Forward();
        Backward();
        int first = (Shape.Sequences - 1) * Shape.Length;
        AttentionOracle naive = new(Shape.Heads, Shape.Hidden, (_, _) => 1);
        double[] qkv = Inputs.Wide(_qkv.Span[(first * 3 * Shape.Hidden)..]);
        Check.Close(nameof(Forward), _output.Span[(first * Shape.Hidden)..], naive.Forward(qkv, [0, Shape.Length]));
        Check.Gradient(
            nameof(Backward),
            x => Check.Dot(naive.Forward(x, [0, Shape.Length]), _doutput.Span[(first * Shape.Hidden)..]),
            qkv,
            _dqkv.Span[(first * 3 * Shape.Hidden)..]);
    }
}
