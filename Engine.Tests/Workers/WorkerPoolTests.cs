using System.Collections.Concurrent;
using System.Reflection;
using NUnit.Framework;
using QEngine.Workers;

namespace QEngine.Tests.Workers;

[TestFixture]
public sealed class WorkerPoolTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Test]
    public void Every_item_runs_exactly_once([Values(1, 2, 3, 7)] int threads, [Values(0, 1, 2, 3, 100, 10_000)] int count)
    {
        using WorkerPool workers = new(threads);
        int[] runs = new int[count];
        CountBody body = new(runs);

        workers.For(count, ref body);

        Assert.That(workers.Count, Is.EqualTo(threads));
        Assert.That(runs, Is.All.EqualTo(1));
    }

    [Test]
    public void All_threads_work_on_a_job([Values(2, 3)] int threads)
    {
        using WorkerPool workers = new(threads);
        using Barrier barrier = new(threads);
        Thread[] seen = new Thread[threads];
        MeetBody body = new(barrier, seen);

        // An item waits for the others, so each needs a thread of its own.
        workers.For(threads, ref body);

        Assert.That(seen.Distinct().Count(), Is.EqualTo(threads));
    }

    [Test]
    public void A_job_may_be_started_from_within_a_job()
    {
        using WorkerPool workers = new(3);
        int[] runs = new int[40 * 50];
        NestedBody body = new(workers, runs);

        workers.For(40, ref body);

        Assert.That(runs, Is.All.EqualTo(1));
    }

    [Test]
    public void A_pool_is_available_but_within_a_job()
    {
        using WorkerPool workers = new(3);
        int[] available = new int[8];
        AvailableBody body = new(workers, available);

        workers.For(available.Length, ref body);

        Assert.That(available, Is.All.EqualTo(1));
        Assert.That(workers.Available, Is.EqualTo(3));
        Assert.That(WorkerPool.Single.Available, Is.EqualTo(1));
    }

    [Test]
    public void Callers_from_several_threads_get_their_own_jobs_done()
    {
        using WorkerPool workers = new(3);
        ConcurrentQueue<int> wrong = [];

        Thread[] callers = [.. Enumerable.Range(1, 4).Select(caller => new Thread(() =>
        {
            for (int job = 0; job < 500; job++)
            {
                int[] runs = new int[caller * 7];
                CountBody body = new(runs);
                workers.For(runs.Length, ref body);
                if (runs.Any(run => run != 1)) wrong.Enqueue(job);
            }
        }))];
        foreach (Thread caller in callers) caller.Start();

        Assert.That(callers.All(caller => caller.Join(Patience)), "a caller did not return");
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Ten_thousand_tiny_jobs_each_see_their_own_items_also_after_the_threads_fell_asleep()
    {
        using WorkerPool workers = new(3);
        int[] runs = new int[5];
        for (int job = 1; job <= 10_000; job++)
        {
            CountBody body = new(runs);
            workers.For(runs.Length, ref body);
            if (job % 500 == 0) Thread.Sleep(3);

            if (runs.Any(run => run != job)) Assert.That(runs, Is.All.EqualTo(job), $"job {job}");
        }
        Assert.That(runs, Is.All.EqualTo(10_000));
    }

    [Test]
    public void An_exception_of_an_item_surfaces_inside_an_AggregateException_at_any_thread_count(
        [Values(1, 2, 3)] int threads, [Values(1, 64)] int count)
    {
        using WorkerPool workers = new(threads);

        AggregateException? surfaced = Assert.Throws<AggregateException>(() =>
        {
            FailBody body = new(count - 1);
            workers.For(count, ref body);
        });

        Assert.That(surfaced!.InnerExceptions, Has.Count.EqualTo(1));
        Assert.That(surfaced!.InnerException, Is.TypeOf<InvalidOperationException>().With.Message.EqualTo($"item {count - 1}"));
    }

    [Test]
    public void An_exception_of_a_nested_job_is_wrapped_once()
    {
        using WorkerPool workers = new(2);

        AggregateException? surfaced = Assert.Throws<AggregateException>(() =>
        {
            NestedFailBody body = new(workers);
            workers.For(4, ref body);
        });

        Assert.That(surfaced!.InnerException, Is.TypeOf<InvalidOperationException>());
    }

    [Test]
    public void A_pool_works_on_after_an_exception()
    {
        using WorkerPool workers = new(3);
        for (int round = 0; round < 50; round++)
        {
            Assert.Throws<AggregateException>(() =>
            {
                FailBody fail = new(3);
                workers.For(20, ref fail);
            });
            int[] runs = new int[20];
            CountBody body = new(runs);
            workers.For(20, ref body);

            Assert.That(runs, Is.All.EqualTo(1));
        }
    }

    [Test]
    public void A_job_allocates_nothing([Values(1, 3)] int threads)
    {
        using WorkerPool workers = new(threads);
        int[] runs = new int[16];
        // The counter is the whole process's: something else may allocate during a round, but not during all of these short ones.
        long fewest = long.MaxValue;
        for (int round = 0; round < 500 && fewest > 0; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int job = 0; job < 10; job++)
            {
                CountBody body = new(runs);
                workers.For(runs.Length, ref body);
            }
            fewest = Math.Min(fewest, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.That(fewest, Is.Zero);
    }

    [Test]
    public void Dispose_ends_the_threads()
    {
        WorkerPool workers = new(3);
        using Barrier barrier = new(3);
        Thread[] seen = new Thread[3];
        MeetBody body = new(barrier, seen);
        workers.For(3, ref body);

        workers.Dispose();

        Assert.That(seen.Where(thread => thread != Thread.CurrentThread).Select(thread => thread.IsAlive), Is.EqualTo(new[] { false, false }));
    }

    [Test]
    public void An_interrupted_caller_leaves_when_all_items_have_run_and_the_pool_works_on()
    {
        const int Threads = 3, Items = 8;
        using WorkerPool workers = new(Threads);
        object sleepers = typeof(WorkerPool).GetField("_sleepers", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(workers)!;
        int[] runs = new int[Items];
        int runsWhenLeft = 0;
        Thread caller = new(() =>
        {
            Thread.CurrentThread.Interrupt();
            try
            {
                CountBody body = new(runs);
                workers.For(Items, ref body);
            }
            catch (ThreadInterruptedException)
            {
                // Waking the sleeping threads waits for the lock, which an interrupt ends.
            }
            runsWhenLeft = runs.Sum();
        });

        Thread.Sleep(200);
        lock (sleepers)
        {
            caller.Start();
            Assert.That(caller.Join(Patience), "the caller did not return");
        }

        Assert.That(runsWhenLeft, Is.EqualTo(Items));
        using Barrier barrier = new(Threads);
        Thread[] seen = new Thread[Threads];
        MeetBody meet = new(barrier, seen);
        workers.For(Threads, ref meet);
        Assert.That(seen.Distinct().Count(), Is.EqualTo(Threads));
    }

    [Test]
    public void An_item_that_interrupts_its_thread_ends_no_thread_of_the_pool()
    {
        using WorkerPool workers = new(3);
        for (int round = 0; round < 20; round++)
        {
            using Barrier barrier = new(3);
            InterruptBody body = new(barrier, Thread.CurrentThread);
            workers.For(3, ref body);
            Thread.Sleep(5);
        }
    }

    [Test]
    public void A_body_may_be_part_of_an_object_that_the_garbage_collector_moves([Values(1, 2)] int threads)
    {
        using WorkerPool workers = new(threads);
        // Few rounds, for a collection takes its time where other tests have left much alive.
        for (int round = 0; round < 3; round++)
        {
            // Unreachable objects before it, so that compacting moves it.
            for (int i = 0; i < 1000; i++) GC.KeepAlive(new byte[100]);
            Holder holder = new() { Body = new MovingBody(new int[64], 12345) };

            workers.For(64, ref holder.Body);

            Assert.That(holder.Body.Seen, Is.All.EqualTo(12345));
        }
    }

    [Test]
    public void Thread_counts_out_of_range_are_refused([Values(-1, 0, 1025)] int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(threads));

    private readonly struct CountBody(int[] runs) : IParallelBody
    {
        public void Invoke(int item) => Interlocked.Increment(ref runs[item]);
    }

    private readonly struct MeetBody(Barrier barrier, Thread[] seen) : IParallelBody
    {
        public void Invoke(int item)
        {
            seen[item] = Thread.CurrentThread;
            if (!barrier.SignalAndWait(Patience)) throw new TimeoutException("the other threads did not come");
        }
    }

    private readonly struct InterruptBody(Barrier barrier, Thread caller) : IParallelBody
    {
        public void Invoke(int item)
        {
            barrier.SignalAndWait(Patience);
            if (Thread.CurrentThread != caller) Thread.CurrentThread.Interrupt();
        }
    }

    private sealed class Holder
    {
        public MovingBody Body;
    }

    private struct MovingBody(int[] seen, int value) : IParallelBody
    {
        private readonly int _value = value;

        public int[] Seen { get; } = seen;

        public readonly void Invoke(int item)
        {
            if (item % 16 == 0)
            {
                GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
                for (int i = 0; i < 1000; i++) GC.KeepAlive(new byte[100]);
            }
            Seen[item] = _value;
        }
    }

    private readonly struct AvailableBody(WorkerPool workers, int[] available) : IParallelBody
    {
        public void Invoke(int item) => available[item] = workers.Available;
    }

    private readonly struct NestedBody(WorkerPool workers, int[] runs) : IParallelBody
    {
        public void Invoke(int item)
        {
            InnerBody body = new(runs, item * 50);
            workers.For(50, ref body);
        }
    }

    private readonly struct InnerBody(int[] runs, int start) : IParallelBody
    {
        public void Invoke(int item) => Interlocked.Increment(ref runs[start + item]);
    }

    private readonly struct FailBody(int failing) : IParallelBody
    {
        public void Invoke(int item)
        {
            if (item == failing) throw new InvalidOperationException($"item {item}");
        }
    }

    private readonly struct NestedFailBody(WorkerPool workers) : IParallelBody
    {
        public void Invoke(int item)
        {
            FailBody body = new(2);
            workers.For(4, ref body);
        }
    }
}
