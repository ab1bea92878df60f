using NUnit.Framework;
using QEngine.Memory;
using QEngine.Tests.Support;

namespace QEngine.Tests.Memory;

public sealed class PoolTests
{
    private int _made;

    [SetUp]
    public void Reset() => _made = 0;

    [Test]
    public void What_is_given_back_is_handed_out_again_without_allocation()
    {
        Pool<object> pool = new(Make, 1);
        object first = pool.Take();
        pool.Return(first);

        Assert.That(pool.Take(), Is.SameAs(first));
        pool.Return(first);
        Assert.That(Allocation.Fewest(() => pool.Return(pool.Take())), Is.Zero);
        Assert.That(_made, Is.EqualTo(1));
    }

    [Test]
    public void After_a_rush_as_many_stay_as_are_in_use_and_at_last_a_few()
    {
        Pool<object> pool = new(Make, 2);
        object[] rush = [.. Enumerable.Range(0, 64).Select(_ => pool.Take())];
        Assert.That(_made, Is.EqualTo(64));

        foreach (object item in rush[..32]) pool.Return(item);
        Assert.That(pool.Idle, Has.Length.EqualTo(32), "another such rush may come");
        foreach (object item in rush[32..48]) pool.Return(item);
        Assert.That(pool.Idle, Has.Length.EqualTo(16));
        foreach (object item in rush[48..]) pool.Return(item);
        Assert.That(pool.Idle, Has.Length.EqualTo(2));
    }

    [Test]
    public void A_steady_number_of_users_makes_nothing_new()
    {
        Pool<object> pool = new(Make, 1);
        Queue<object> taken = new(Enumerable.Range(0, 9).Select(_ => pool.Take()));
        for (int i = 0; i < 100; i++)
        {
            pool.Return(taken.Dequeue());
            taken.Enqueue(pool.Take());
        }
        Assert.That(_made, Is.EqualTo(9));
    }

    [Test]
    [CancelAfter(60_000)]
    public void Who_wants_one_more_than_there_may_be_waits(CancellationToken cancellation)
    {
        const int Most = 3, Users = 40;
        Pool<object> pool = new(Make, 2, Most);
        using Barrier together = new(Users);
        int inUse = 0, largest = 0;
        Thread[] threads = [.. Enumerable.Range(0, Users).Select(_ => new Thread(() =>
        {
            together.SignalAndWait(cancellation);
            for (int i = 0; i < 50; i++)
            {
                object item = pool.Take();
                int now = Interlocked.Increment(ref inUse);
                int seen;
                while (now > (seen = Volatile.Read(ref largest)) && Interlocked.CompareExchange(ref largest, now, seen) != seen) ;
                Thread.Yield();
                Interlocked.Decrement(ref inUse);
                pool.Return(item);
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();

        Assert.That(largest, Is.LessThanOrEqualTo(Most));
        Assert.That(pool.Peak, Is.EqualTo(Most));
        Assert.That(pool.Idle, Has.Length.EqualTo(2));
    }

    [Test]
    public void One_that_cannot_be_made_takes_no_place()
    {
        bool fails = true;
        Pool<object> pool = new(() => fails ? throw new QEngineException("no") : new object(), 1, 1);

        Assert.Throws<QEngineException>(() => pool.Take());
        fails = false;

        Assert.That(pool.Take(), Is.Not.Null);
    }

    private object Make()
    {
        Interlocked.Increment(ref _made);
        return new object();
    }
}
