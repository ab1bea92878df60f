using System.Collections.Concurrent;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>How units are grouped: each once, by the problem alone; and where a kernel may live.</summary>
public sealed class RangeKernelTests
{
    // Elements that pay for handing a group to another thread.
    private const int Enough = 1 << 14;

    [TestCase(1, 1)]
    [TestCase(7, 1)]
    [TestCase(1000, 64)]
    [TestCase(1024, 64)]
    [TestCase(1025, 64)]
    [TestCase(100_000, 3)]
    [TestCase(40, Enough)]
    [TestCase(5, 100L * Enough)]
    public void Groups_are_the_same_at_any_number_of_threads(int units, long cost)
    {
        (int From, int To)[] expected = Groups(WorkerPool.Single, units, cost);

        Assert.That(expected[0].From, Is.Zero);
        Assert.That(expected[^1].To, Is.EqualTo(units));
        for (int i = 1; i < expected.Length; i++) Assert.That(expected[i].From, Is.EqualTo(expected[i - 1].To));
        Assert.That(expected.SkipLast(1).Select(group => group.To - group.From), Is.All.EqualTo(Math.Max(1, Enough / cost)));
        foreach (int threads in (int[])[2, 3, 5])
        {
            using WorkerPool pool = new(threads);
            Assert.That(Groups(pool, units, cost), Is.EqualTo(expected), $"{threads} threads");
        }
    }

    [Test]
    public void Nothing_is_run_where_there_is_nothing() => Assert.That(Groups(WorkerPool.Single, 0, 1), Is.Empty);

    [Test]
    public void A_kernel_may_be_part_of_an_object_that_the_garbage_collector_moves([Values(1, 2)] int threads)
    {
        const int Units = 64;
        using WorkerPool workers = new(threads);
        // Few rounds, for a collection takes its time where other tests have left much alive.
        for (int round = 0; round < 3; round++)
        {
            // Unreachable objects before it, so that compacting moves it.
            for (int i = 0; i < 1000; i++) GC.KeepAlive(new byte[100]);
            Holder holder = new() { Kernel = new MovingKernel(new int[Units], 12345) };

            RangeKernel.Run<MovingKernel, float>(workers, Units, int.MaxValue, ref holder.Kernel);

            Assert.That(holder.Kernel.Seen, Is.All.EqualTo(12345));
        }
    }

    private static (int From, int To)[] Groups(WorkerPool workers, int units, long cost)
    {
        Recorder kernel = new([]);
        RangeKernel.Run<Recorder, float>(workers, units, cost, ref kernel);
        return [.. kernel.Groups.Order()];
    }

    private readonly struct Recorder(ConcurrentBag<(int From, int To)> groups) : IRangeKernel<float>
    {
        public ConcurrentBag<(int From, int To)> Groups => groups;

        public void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, float> => groups.Add((from, to));
    }

    private sealed class Holder
    {
        public MovingKernel Kernel;
    }

    private struct MovingKernel(int[] seen, int value) : IRangeKernel<float>
    {
        private readonly int _value = value;

        public int[] Seen { get; } = seen;

        public readonly void Run<TLane>(int from, int to)
            where TLane : struct, ILane<TLane, float>
        {
            for (int unit = from; unit < to; unit++)
            {
                if (unit % 16 == 0)
                {
                    GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
                    for (int i = 0; i < 1000; i++) GC.KeepAlive(new byte[100]);
                }
                Seen[unit] = _value;
            }
        }
    }
}
