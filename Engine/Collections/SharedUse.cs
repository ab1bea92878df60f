namespace QEngine.Collections;

/// <summary>Lets threads use what may be disposed of at any moment: after that nobody gets in, and the last one out releases it.</summary>
/// <remarks>Whoever is inside also keeps it from being collected.</remarks>
/// <param name="owner">Who is disposed of, for the error.</param>
/// <param name="used">What is used.</param>
internal sealed class SharedUse(string owner, IReadOnlyList<IDisposable> used)
{
    // The owner is the first inside; where nobody is, nothing is left.
    private int _inside = 1;
    private int _isClosed;

    /// <summary>Lets a thread in until the result is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public Visit Enter()
    {
        int inside = Volatile.Read(ref _inside);
        while (inside > 0 && Volatile.Read(ref _isClosed) == 0)
        {
            int found = Interlocked.CompareExchange(ref _inside, inside + 1, inside);
            if (found == inside) return new Visit(this);
            inside = found;
        }
        throw Disposed();
    }

    /// <summary>Requires it to be open now.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public void Require()
    {
        if (Volatile.Read(ref _isClosed) != 0) throw Disposed();
    }

    /// <summary>Lets nobody in any more, and waits for nobody; a second time does nothing.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0) Leave();
    }

    private ObjectDisposedException Disposed() => new(owner);

    private void Leave()
    {
        if (Interlocked.Decrement(ref _inside) > 0) return;
        foreach (IDisposable part in used) part.Dispose();
    }

    /// <summary>A thread's stay.</summary>
    public readonly ref struct Visit(SharedUse place)
    {
        /// <summary>Ends it.</summary>
        public void Dispose() => place.Leave();
    }
}
