using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>
/// The runtime compiles a method again once it has been called often. Results must not change with it, so a kernel is
/// called until that has happened.
/// </summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class RepeatabilityTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Calls = 400, PauseEvery = 50, Rows = 14, Columns = 31;

    private static readonly T[] X = Samples.Uniform<T>(1, Rows * Columns, -3, 3), Vector = Samples.Uniform<T>(2, Columns), Upstream = Samples.Uniform<T>(3, Rows * Columns);

    [Test]
    public void Attention_gives_the_same_bits_on_every_call()
    {
        int[] offsets = Samples.Offsets(7, 2, 15, 31, 1);
        Attention attention = new(2, 8, new Dropout(0.2f, 3));
        T[] qkv = Samples.Uniform<T>(4, offsets[^1] * 24, -2, 2), upstream = Samples.Uniform<T>(5, offsets[^1] * 8);
        Repeat("Attention", () =>
        {
            T[] output = new T[upstream.Length], statistics = new T[2 * offsets[^1]], dqkv = new T[qkv.Length];
            attention.Forward<T>(WorkerPool.Single, qkv, offsets, output, statistics);
            attention.Backward<T>(WorkerPool.Single, qkv, offsets, output, statistics, upstream, dqkv, accumulate: false);
            return [.. output, .. statistics, .. dqkv];
        });
    }

    [Test]
    public void CrossEntropy_gives_the_same_bits_on_every_call() => Repeat("CrossEntropy", () =>
    {
        T[] p = new T[X.Length], losses = new T[Rows];
        Softmax.CrossEntropyForward<T>(WorkerPool.Single, X, new int[Rows], p, losses);
        return [.. p, .. losses];
    });

    [Test]
    public void LayerNorm_gives_the_same_bits_on_every_call() => Repeat("LayerNorm", () =>
    {
        T[] y = new T[X.Length], normalized = new T[X.Length], inverse = new T[Rows], dx = new T[X.Length];
        LayerNorm.Forward<T>(WorkerPool.Single, X, [], Vector, Vector, T.CreateTruncating(1e-12), y, normalized, inverse);
        LayerNorm.Backward<T>(WorkerPool.Single, Upstream, Vector, normalized, inverse, dx, accumulate: true, [], accumulateResidual: false);
        return [.. y, .. dx];
    });

    [Test]
    public void Elementwise_formulas_give_the_same_bits_on_every_call() => Repeat("Elementwise", () =>
    {
        T[] gelu = new T[X.Length], tanh = new T[X.Length], exp = new T[X.Length], dx = new T[X.Length];
        T[] x = [.. X[1..], T.CreateTruncating(-1e6)];
        Elementwise.Apply<Gelu<T>, T>(WorkerPool.Single, default, x, gelu);
        Elementwise.Apply<Tanh<T>, T>(WorkerPool.Single, default, x, tanh);
        Elementwise.Apply(WorkerPool.Single, new ScaledExp<T>(T.One, T.One), x, exp);
        Elementwise.Apply<GeluBackward<T>, T>(WorkerPool.Single, default, x, Upstream, dx, dx);
        return [.. gelu, .. tanh, .. exp, .. dx];
    });

    [Test]
    public void Gemm_and_norms_give_the_same_bits_on_every_call() => Repeat("Gemm", () =>
    {
        T[] product = new T[Rows * Rows], unit = new T[X.Length], inverse = new T[Rows];
        Gemm.Multiply(WorkerPool.Single, new MatrixView<T>(X, Rows, Columns), new MatrixView<T>(X, Rows, Columns).Transposed, product, Rows, accumulate: false);
        NormalizeRows.Forward<T>(WorkerPool.Single, X, unit, inverse);
        return [.. product, .. unit, T.CreateTruncating(SquaredNorm.Compute<T>(WorkerPool.Single, X))];
    });

    private static void Repeat(string what, Func<T[]> kernel)
    {
        T[] first = kernel();
        for (int call = 2; call <= Calls; call++)
        {
            // Recompilation happens in the background.
            if (call % PauseEvery == 0) Thread.Sleep(15);
            T[] now = kernel();
            if (!now.AsSpan().SequenceEqual(first)) Bits.AreEqual<T>($"{what}, call {call}", now, first);
        }
        Bits.AreEqual<T>(what, kernel(), first);
    }
}
