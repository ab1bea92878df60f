namespace QEngine.Memory;

/// <summary>The scratch buffers of one computation at a time; a thread has its own until another set is put in its place.</summary>
/// <remarks>
/// Threads come and go, and there may be many: what computes for callers of its own accord keeps a set and enters it, so that the buffers
/// are as many as computations at a time rather than as threads that ever called.
/// </remarks>
internal sealed class ScratchSet
{
    private static int s_purposes;

    [ThreadStatic]
    private static ScratchSet? s_current;

    private object?[] _buffers = [];

    /// <summary>The thread's set.</summary>
    public static ScratchSet Current => s_current ??= new ScratchSet();

    /// <summary>Bytes of all its buffers.</summary>
    public long Bytes { get; private set; }

    /// <summary>Puts the set in the place of the thread's own until the result is disposed of, on the same thread.</summary>
    public Scope Enter()
    {
        Scope scope = new(s_current);
        s_current = this;
        return scope;
    }

    /// <summary>A number for a purpose, each time another.</summary>
    internal static int NewPurpose() => Interlocked.Increment(ref s_purposes) - 1;

    /// <summary>The buffer of a purpose, which is always asked for with the same element.</summary>
    internal Buffer<T> Get<T>(int purpose)
        where T : unmanaged
    {
        if (purpose >= _buffers.Length) Array.Resize(ref _buffers, Math.Max(purpose + 1, s_purposes));
        return (Buffer<T>)(_buffers[purpose] ??= new Buffer<T>());
    }

    /// <summary>Makes a buffer larger.</summary>
    internal unsafe void Grow<T>(Buffer<T> buffer, int length)
        where T : unmanaged
    {
        Bytes -= (long)buffer.Storage.Length * sizeof(T);
        buffer.Storage = new AlignedBuffer<T>(length);
        Bytes += (long)length * sizeof(T);
    }

    /// <summary>Where a buffer lies.</summary>
    internal sealed class Buffer<T>
        where T : unmanaged
    {
        public AlignedBuffer<T> Storage;
    }

    /// <summary>Gives the thread back the set it had.</summary>
    public readonly ref struct Scope(ScratchSet? before)
    {
        /// <summary>Leaves the set.</summary>
        public void Dispose() => s_current = before;
    }
}
