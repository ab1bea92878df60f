using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;

namespace QEngine.Benchmarks;

/// <summary>A loop of multiply-adds.</summary>
public sealed record FmaLoop(int Iterations) : IWork
{
    /// <summary>Independent chains: enough to fill two units of four cycles' latency.</summary>
    public const int Chains = 12;

    /// <inheritdoc/>
    public double Flops(string benchmark) =>
        2.0 * Chains * Iterations * (benchmark == nameof(FmaLoopBenchmark.Wide512) ? Vector512<float>.Count : Vector256<float>.Count);

    /// <inheritdoc/>
    public override string ToString() => $"{Chains} chains x {Iterations}";
}

/// <summary>
/// The most multiply-adds a core does when nothing leaves the registers: the roofline that kernels are measured against. Without
/// hardware for a width the runtime emulates it by smaller ones.
/// </summary>
public class FmaLoopBenchmark
{
    private readonly float _start = 1;

    /// <summary>How much is done.</summary>
    [ParamsSource(nameof(Cases))]
    public FmaLoop Shape { get; set; } = new(1 << 16);

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<FmaLoop> Cases => [new(1 << 16)];

    [GlobalSetup]
    public void Setup()
    {
        // a = a / 2 + 1 goes to 2, in every element of every chain.
        Check.Close(nameof(Wide512), [Wide512()], [2.0 * FmaLoop.Chains * Vector512<float>.Count], 1e-6);
        Check.Close(nameof(Wide256), [Wide256()], [2.0 * FmaLoop.Chains * Vector256<float>.Count], 1e-6);
    }

    [Benchmark]
    public float Wide512()
    {
        Vector512<float> x = Vector512.Create(0.5f), y = Vector512.Create(1f);
        Vector512<float> a0 = Vector512.Create(_start), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0;
        Vector512<float> a6 = a0, a7 = a0, a8 = a0, a9 = a0, a10 = a0, a11 = a0;
        for (int i = 0; i < Shape.Iterations; i++)
        {
            a0 = Vector512.MultiplyAddEstimate(a0, x, y);
            a1 = Vector512.MultiplyAddEstimate(a1, x, y);
            a2 = Vector512.MultiplyAddEstimate(a2, x, y);
            a3 = Vector512.MultiplyAddEstimate(a3, x, y);
            a4 = Vector512.MultiplyAddEstimate(a4, x, y);
            a5 = Vector512.MultiplyAddEstimate(a5, x, y);
            a6 = Vector512.MultiplyAddEstimate(a6, x, y);
            a7 = Vector512.MultiplyAddEstimate(a7, x, y);
            a8 = Vector512.MultiplyAddEstimate(a8, x, y);
            a9 = Vector512.MultiplyAddEstimate(a9, x, y);
            a10 = Vector512.MultiplyAddEstimate(a10, x, y);
            a11 = Vector512.MultiplyAddEstimate(a11, x, y);
        }
        return Vector512.Sum(((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7)) + ((a8 + a9) + (a10 + a11)));
    }

    [Benchmark]
    public float Wide256()
    {
        Vector256<float> x = Vector256.Create(0.5f), y = Vector256.Create(1f);
        Vector256<float> a0 = Vector256.Create(_start), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0;
        Vector256<float> a6 = a0, a7 = a0, a8 = a0, a9 = a0, a10 = a0, a11 = a0;
        for (int i = 0; i < Shape.Iterations; i++)
        {
            a0 = Vector256.MultiplyAddEstimate(a0, x, y);
            a1 = Vector256.MultiplyAddEstimate(a1, x, y);
            a2 = Vector256.MultiplyAddEstimate(a2, x, y);
            a3 = Vector256.MultiplyAddEstimate(a3, x, y);
            a4 = Vector256.MultiplyAddEstimate(a4, x, y);
            a5 = Vector256.MultiplyAddEstimate(a5, x, y);
            a6 = Vector256.MultiplyAddEstimate(a6, x, y);
            a7 = Vector256.MultiplyAddEstimate(a7, x, y);
            a8 = Vector256.MultiplyAddEstimate(a8, x, y);
            a9 = Vector256.MultiplyAddEstimate(a9, x, y);
            a10 = Vector256.MultiplyAddEstimate(a10, x, y);
            a11 = Vector256.MultiplyAddEstimate(a11, x, y);
        }
        return Vector256.Sum(((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7)) + ((a8 + a9) + (a10 + a11)));
    }
}
