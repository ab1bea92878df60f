namespace QEngine.Memory;

/// <summary>Things that are dear to make and serve one user at a time: those given back are handed out again.</summary>
/// <remarks>
/// As many are kept as were in use lately, and no more than a few once all is quiet, so that a rush of callers does not hold its memory
/// for good. Handing out allocates nothing where one is kept. Safe from many threads.
/// </remarks>
/// <typeparam name="T">What is kept.</typeparam>
/// <param name="make">Makes one.</param>
/// <param name="kept">How many stay when none is in use.</param>
/// <param name="most">How many there are at a time; who wants one more waits. Whoever has one must not wait for who is waiting.</param>
internal sealed class Pool<T>(Func<T> make, int kept, int most = int.MaxValue)
    where T : class
{
    private readonly object _lock = new();
    private readonly List<T> _idle = new(kept);
    private int _taken;

    /// <summary>Those that are kept and not in use.</summary>
    public T[] Idle
    {
        get
        {
            lock (_lock) return [.. _idle];
        }
    }

    /// <summary>The most that were there at a time.</summary>
    public int Peak { get; private set; }

    /// <summary>Takes one that is kept, or makes one.</summary>
    public T Take()
    {
        lock (_lock)
        {
            while (_taken == most) Monitor.Wait(_lock);
            _taken++;
            if (_idle.Count > 0)
            {
                T last = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
                return last;
            }
            Peak = Math.Max(Peak, _taken);
        }
        try
        {
            return make();
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Gives one back.</summary>
    public void Return(T item)
    {
        lock (_lock)
        {
            _idle.Add(item);
            Leave();
            int stay = Math.Max(kept, _taken);
            if (_idle.Count > stay) _idle.RemoveRange(stay, _idle.Count - stay);
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            _taken--;
            Monitor.Pulse(_lock);
        }
    }
}
