using System.Runtime.CompilerServices;

namespace QEngine.Workers;

/// <summary>Work that is split into numbered items; items may run in any order and at the same time.</summary>
public interface IParallelBody
{
    /// <summary>Runs one item.</summary>
    /// <param name="item">Its number.</param>
    void Invoke(int item);
}

/// <summary>
/// A few threads that share the items of one job at a time. The caller works too; results must not depend on which
/// thread runs an item, so they are the same at any thread count.
/// </summary>
/// <remarks>
/// Nothing is allocated per job: the body is a struct (it may hold spans) that is copied to the caller's stack, where it stays valid
/// because <see cref="For{TBody}"/> leaves, by an exception too, only after every thread has left the job. Threads spin briefly between
/// jobs and then sleep. A job started while another one runs, from any thread, is done by its caller alone.
/// </remarks>
public sealed unsafe class WorkerPool : IDisposable
{
    // Long enough to stay awake from one kernel of a step to the next, short enough not to burn a core when idle.
    private const int SpinsBeforeSleep = 2000;

    private const int MaxThreads = 1024;

    private readonly Thread[] _threads;
    private readonly object _sleepers = new();
    private int _asleep;
    private volatile bool _stopping;
    private bool _isShared;

    private int _busy;
    private int _job;
    // Odd bit 0: the job is open; the upper bits count the threads inside it.
    private int _gate;
    private int _next;
    private int _count;
    private void* _body;
    private delegate*<void*, int, void> _invoke;
    private volatile Exception? _failure;

    /// <summary>Starts a pool.</summary>
    /// <param name="threads">How many threads work on a job, the caller included; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1 or above 1024.</exception>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaxThreads);
        Count = threads;
        _threads = new Thread[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Loop) { IsBackground = true, Name = $"qengine worker {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>A pool without threads of its own: every job runs on its caller.</summary>
    public static WorkerPool Single { get; } = new(1);

    /// <summary>A pool of as many threads as there are processors, which all of a program shares; started when first asked for.</summary>
    public static WorkerPool Shared => AllProcessors.Pool;

    /// <summary>How many threads work on a job, the caller included.</summary>
    public int Count { get; }

    /// <summary>
    /// How many threads a job started now would have, as far as one can tell: another may come first. For the number of pieces that work is
    /// cut into where results do not depend on it.
    /// </summary>
    internal int Available => Volatile.Read(ref _busy) == 0 ? Count : 1;

    /// <summary>Runs the items 0 to <paramref name="count"/> - 1 and returns when all are done.</summary>
    /// <param name="count">How many items.</param>
    /// <param name="body">The work; where it is shared a copy of it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed of.</exception>
    /// <exception cref="AggregateException">An item failed; holds its exception. Items not yet started may have been left out.</exception>
    /// <exception cref="ThreadInterruptedException">
    /// The calling thread was interrupted while it woke the others; all items have run nevertheless.
    /// </exception>
    public void For<TBody>(int count, scoped ref readonly TBody body)
        where TBody : struct, IParallelBody, allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ObjectDisposedException.ThrowIf(_stopping, this);
        if (count <= 1 || Count == 1 || Interlocked.CompareExchange(ref _busy, 1, 0) != 0) Alone(count, ref Unsafe.AsRef(in body));
        else Together(count, body);
    }

    /// <summary>
    /// Ends the threads; no job is taken on any more. <see cref="Single"/>, which has none, and <see cref="Shared"/>, which is everybody's,
    /// stay.
    /// </summary>
    public void Dispose()
    {
        if (ReferenceEquals(this, Single) || _isShared) return;
        _stopping = true;
        lock (_sleepers) Monitor.PulseAll(_sleepers);
        foreach (Thread thread in _threads) thread.Join();
    }

    /// <summary>The job on all threads.</summary>
    private void Together<TBody>(int count, scoped TBody body)
        where TBody : struct, IParallelBody, allows ref struct
    {
        // On this stack it does not move, whatever the caller's was part of, and it outlives the job: this call waits for every thread
        // inside.
        _body = Unsafe.AsPointer(ref body);
        _invoke = &Invoke<TBody>;
        _count = count;
        _next = 0;
        _failure = null;
        Volatile.Write(ref _gate, 1);
        Exception? failure = null;
        try
        {
            Wake();
        }
        finally
        {
            // Neither throws: whatever happened above, no thread is in the job when its body goes.
            Share();
            Close();
            failure = _failure;
            Volatile.Write(ref _busy, 0);
        }
        if (failure is not null) throw Surfaced(failure);
    }

    /// <summary>The job on this thread only; it fails in the same way as one that is shared.</summary>
    private static void Alone<TBody>(int count, scoped ref TBody body)
        where TBody : struct, IParallelBody, allows ref struct
    {
        try
        {
            for (int i = 0; i < count; i++) body.Invoke(i);
        }
        catch (Exception failure)
        {
            throw Surfaced(failure);
        }
    }

    // A job within a job has wrapped it already.
    private static AggregateException Surfaced(Exception failure) => failure as AggregateException ?? new AggregateException(failure);

    private static void Invoke<TBody>(void* body, int item)
        where TBody : struct, IParallelBody, allows ref struct =>
        Unsafe.AsRef<TBody>(body).Invoke(item);

    /// <summary>Tells the threads that there is a job. Interrupted, it throws, and some of them may sleep on.</summary>
    private void Wake()
    {
        // A full fence: a thread about to sleep either sees the new job or is seen asleep.
        Interlocked.Increment(ref _job);
        if (Volatile.Read(ref _asleep) == 0) return;
        lock (_sleepers) Monitor.PulseAll(_sleepers);
    }

    private void Share()
    {
        try
        {
            int item;
            while ((item = Interlocked.Increment(ref _next) - 1) < _count) _invoke(_body, item);
        }
        catch (Exception failure)
        {
            _failure = failure;
            Volatile.Write(ref _next, _count);
        }
    }

    /// <summary>Lets no further thread in and waits for those inside; a thread that has not woken yet is not waited for.</summary>
    private void Close()
    {
        Interlocked.And(ref _gate, ~1);
        // Spins and yields, which an interrupt does not end.
        SpinWait spin = default;
        while (Volatile.Read(ref _gate) != 0) spin.SpinOnce(sleep1Threshold: -1);
    }

    private bool TryEnter()
    {
        while (true)
        {
            int gate = Volatile.Read(ref _gate);
            if ((gate & 1) == 0) return false;
            if (Interlocked.CompareExchange(ref _gate, gate + 2, gate) == gate) return true;
        }
    }

    private void Loop()
    {
        int seen = 0;
        while (!_stopping)
        {
            try
            {
                seen = WaitForJob(seen);
            }
            catch (ThreadInterruptedException)
            {
                // By an item that interrupted the thread it ran on: that is over.
                continue;
            }
            if (!TryEnter()) continue;
            Share();
            Interlocked.Add(ref _gate, -2);
        }
    }

    private int WaitForJob(int seen)
    {
        for (int i = 0; i < SpinsBeforeSleep; i++)
        {
            if (Volatile.Read(ref _job) != seen) return Volatile.Read(ref _job);
            Thread.SpinWait(8);
        }
        lock (_sleepers)
        {
            Interlocked.Increment(ref _asleep);
            try
            {
                while (Volatile.Read(ref _job) == seen && !_stopping) Monitor.Wait(_sleepers);
            }
            finally
            {
                Interlocked.Decrement(ref _asleep);
            }
        }
        return Volatile.Read(ref _job);
    }

    private static class AllProcessors
    {
        public static readonly WorkerPool Pool = new(Math.Min(Environment.ProcessorCount, MaxThreads)) { _isShared = true };
    }
}
