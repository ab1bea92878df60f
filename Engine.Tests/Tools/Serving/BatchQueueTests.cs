using NUnit.Framework;
using QEngine.Tools.Serving;

namespace QEngine.Tests.Tools.Serving;

/// <summary>A queue whose batches are let go one by one.</summary>
public sealed class BatchQueueTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly List<int[]> _batches = [];
    private SemaphoreSlim _begun = new(0), _go = new(0);

    [SetUp]
    public void Begin()
    {
        _batches.Clear();
        (_begun, _go) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
    }

    [TearDown]
    public void End()
    {
        _begun.Dispose();
        _go.Dispose();
    }

    [Test]
    public async Task What_has_gathered_during_a_batch_makes_the_next()
    {
        await using BatchQueue<int, int> queue = Queue(capacity: 10, maxSize: 100);
        Task<int> first = queue.TryRun(1, default)!;
        await Begun();

        Task<int>[] others = [.. Enumerable.Range(2, 5).Select(work => queue.TryRun(work, default)!)];
        Assert.That(queue.Length, Is.EqualTo(5));
        _go.Release(2);

        Assert.That(await first, Is.EqualTo(10));
        Assert.That(await Task.WhenAll(others), Is.EqualTo(new[] { 20, 30, 40, 50, 60 }));
        Assert.That(_batches, Is.EqualTo(new[] { new[] { 1 }, [2, 3, 4, 5, 6] }));
    }

    [Test]
    public async Task A_batch_ends_with_the_work_that_reaches_its_size()
    {
        await using BatchQueue<int, int> queue = Queue(capacity: 10, maxSize: 6);
        Task first = queue.TryRun(1, default)!;
        await Begun();
        Task[] others = [.. new[] { 2, 3, 4, 5, 9, 1 }.Select(work => queue.TryRun(work, default)!)];
        _go.Release(10);

        await Task.WhenAll([first, .. others]);

        Assert.That(_batches, Is.EqualTo(new[] { new[] { 1 }, [2, 3, 4], [5, 9], [1] }));
    }

    [Test]
    public async Task A_full_queue_takes_no_more_but_lets_those_go_on_that_are_in()
    {
        await using BatchQueue<int, int> queue = Queue(capacity: 2, maxSize: 100);
        Task first = queue.TryRun(1, default)!;
        await Begun();
        Task second = queue.TryRun(2, default)!, third = queue.TryRun(3, default)!;

        Assert.That(queue.TryRun(4, default), Is.Null);
        Task<int> goingOn = queue.Run(5, default);
        Assert.That(goingOn.IsCompleted, Is.False);

        _go.Release(10);
        await Task.WhenAll(first, second, third);
        Assert.That(await goingOn, Is.EqualTo(50));
        Assert.That(await queue.TryRun(6, default)!, Is.EqualTo(60));
    }

    [Test]
    public async Task Work_that_nobody_waits_for_is_left_out()
    {
        await using BatchQueue<int, int> queue = Queue(capacity: 10, maxSize: 100);
        using CancellationTokenSource gone = new();
        Task first = queue.TryRun(1, default)!;
        await Begun();
        Task left = queue.TryRun(2, gone.Token)!, third = queue.TryRun(3, default)!;

        await gone.CancelAsync();
        Assert.That(async () => await left, Throws.InstanceOf<OperationCanceledException>(), "at once");
        _go.Release(10);
        await Task.WhenAll(first, third);

        Assert.That(_batches, Is.EqualTo(new[] { new[] { 1 }, [3] }));
    }

    [Test]
    public async Task One_failure_is_not_that_of_the_others()
    {
        await using BatchQueue<int, int> queue = new(10, _ => 1, 100, works =>
        {
            _begun.Release();
            Assert.That(_go.Wait(Limit), Is.True);
            return works.Contains(13) ? throw new QEngineException("thirteen") : [.. works.Select(work => 10 * work)];
        });
        Task first = queue.TryRun(1, default)!;
        await Begun();
        Task<int> before = queue.TryRun(2, default)!, bad = queue.TryRun(13, default)!, after = queue.TryRun(4, default)!;
        _go.Release(10);

        await first;
        Assert.That(await before, Is.EqualTo(20));
        Assert.That(await after, Is.EqualTo(40));
        Assert.That(async () => await bad, Throws.TypeOf<QEngineException>().With.Message.EqualTo("thirteen"));
    }

    [Test]
    public async Task Ending_does_what_was_handed_in()
    {
        BatchQueue<int, int> queue = Queue(capacity: 10, maxSize: 1);
        Task<int>[] all = [.. Enumerable.Range(1, 5).Select(work => queue.TryRun(work, default)!)];

        ValueTask ending = queue.DisposeAsync();
        _go.Release(10);
        await ending;

        Assert.That(all.Select(task => task.IsCompletedSuccessfully), Is.All.True);
    }

    private BatchQueue<int, int> Queue(int capacity, int maxSize) => new(capacity, work => work, maxSize, works =>
    {
        _batches.Add([.. works]);
        _begun.Release();
        Assert.That(_go.Wait(Limit), Is.True);
        return [.. works.Select(work => 10 * work)];
    });

    private async Task Begun() => Assert.That(await _begun.WaitAsync(Limit), Is.True, "a batch has begun");
}
