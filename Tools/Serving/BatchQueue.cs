using System.Threading.Channels;

namespace QEngine.Tools.Serving;

/// <summary>
/// Work of many clients, done one batch after another by one dispatcher: what has gathered during a batch makes the next. Bounded.
/// </summary>
/// <typeparam name="TWork">What a client asks for.</typeparam>
/// <typeparam name="TResult">What it gets.</typeparam>
internal sealed class BatchQueue<TWork, TResult> : IAsyncDisposable
{
    private readonly Channel<Item> _waiting;
    private readonly Func<TWork, int> _sizeOf;
    private readonly int _maxSize;
    private readonly Func<IReadOnlyList<TWork>, IReadOnlyList<TResult>> _run;
    private readonly Task _dispatcher;

    /// <summary>Starts the dispatcher.</summary>
    /// <param name="capacity">The most that may wait, at least 1.</param>
    /// <param name="sizeOf">How much a work adds to a batch, at least 1.</param>
    /// <param name="maxSize">A batch takes no further work once it is of this size.</param>
    /// <param name="run">Does a batch; a result for each work, in order.</param>
    public BatchQueue(
        int capacity, Func<TWork, int> sizeOf, int maxSize, Func<IReadOnlyList<TWork>, IReadOnlyList<TResult>> run)
    {
        (_sizeOf, _maxSize, _run) = (sizeOf, maxSize, run);
        _waiting = Channel.CreateBounded<Item>(new BoundedChannelOptions(capacity) { SingleReader = true });
        // A thread of its own: those of the pool are there to read and answer meanwhile.
        _dispatcher = Task.Factory.StartNew(
            Dispatch, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>How many wait.</summary>
    public int Length => _waiting.Reader.Count;

    /// <summary>Hands work in, if there is room.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Set when nobody wants the result any more: the work is left out then.</param>
    /// <returns>The result to come; null where too many wait already.</returns>
    public Task<TResult>? TryRun(TWork work, CancellationToken cancellation)
    {
        Item item = new(work, cancellation);
        return _waiting.Writer.TryWrite(item) ? item.Task.WaitAsync(cancellation) : null;
    }

    /// <summary>Hands further work of a client in that has been let in already: it waits until there is room.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Set when nobody wants the result any more.</param>
    public async Task<TResult> Run(TWork work, CancellationToken cancellation)
    {
        Item item = new(work, cancellation);
        await _waiting.Writer.WriteAsync(item, cancellation);
        return await item.Task.WaitAsync(cancellation);
    }

    /// <summary>Ends when all that was handed in is done; nothing more may be.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _dispatcher;
    }

    private void Dispatch()
    {
        List<Item> batch = [];
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            Gather(batch);
            if (batch.Count > 0) Do(batch);
            batch.Clear();
        }
    }

    private void Gather(List<Item> batch)
    {
        int size = 0;
        while (size < _maxSize && _waiting.Reader.TryRead(out Item? item))
        {
            if (item.Cancellation.IsCancellationRequested) continue;
            batch.Add(item);
            size += _sizeOf(item.Work);
        }
    }

    private void Do(List<Item> batch)
    {
        try
        {
            IReadOnlyList<TResult> results = _run([.. batch.Select(item => item.Work)]);
            for (int i = 0; i < batch.Count; i++) batch[i].SetResult(results[i]);
        }
        catch (Exception failure)
        {
            // One client's failure is not the others'.
            if (batch.Count == 1) batch[0].SetException(failure);
            else foreach (Item item in batch) Do([item]);
        }
    }

    private sealed class Item(TWork work, CancellationToken cancellation)
        : TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TWork Work => work;

        public CancellationToken Cancellation => cancellation;
    }
}
