using System.Numerics;
using NUnit.Framework;
using QEngine.Workers;

namespace QEngine.Tests.Support;

/// <summary>
/// One kernel call on guarded memory, done with 1, 2 and 3 threads: it must leave everything but its outputs alone and
/// give the same bits each time.
/// </summary>
/// <param name="what">Names the case in failure messages.</param>
internal sealed class Trial<T>(string what)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly WorkerPool[] Pools = [WorkerPool.Single, new(2), new(3)];

    private readonly List<GuardedSpan<T>> _inputs = [], _outputs = [];

    public string What => what;

    /// <summary>An input; the kernel must not change it.</summary>
    public GuardedSpan<T> Input(ReadOnlySpan<T> values) => Add(_inputs, new(values, constant: true));

    /// <summary>An output that the kernel must fill without reading it: it holds NaN before.</summary>
    public GuardedSpan<T> Output(int length)
    {
        T[] blank = new T[length];
        Array.Fill(blank, T.NaN);
        return Add(_outputs, new(blank, constant: false));
    }

    /// <summary>A span that the kernel adds to or changes in place.</summary>
    public GuardedSpan<T> InOut(ReadOnlySpan<T> values) => Add(_outputs, new(values, constant: false));

    /// <summary>Runs the kernel; the outputs then hold its results.</summary>
    public void Run(Action<WorkerPool> kernel)
    {
        T[][] first = [];
        foreach (WorkerPool pool in Pools)
        {
            foreach (GuardedSpan<T> output in _outputs) output.Reset();
            kernel(pool);
            foreach (GuardedSpan<T> span in _inputs) span.AssertIntact($"{what}, {pool.Count} threads, an input");
            foreach (GuardedSpan<T> span in _outputs) span.AssertIntact($"{what}, {pool.Count} threads, an output");
            if (pool.Count == 1) first = [.. _outputs.Select(output => output.Span.ToArray())];
            else for (int i = 0; i < first.Length; i++) Bits.AreEqual($"{what}, output {i}, {pool.Count} threads", _outputs[i].Span, first[i]);
        }
    }

    private static GuardedSpan<T> Add(List<GuardedSpan<T>> list, GuardedSpan<T> span)
    {
        list.Add(span);
        return span;
    }
}
