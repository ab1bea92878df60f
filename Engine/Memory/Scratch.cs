namespace QEngine.Memory;

/// <summary>A buffer of one purpose on one thread: grown when needed, never shrunk, its content not kept.</summary>
/// <typeparam name="TPurpose">Any type that names the purpose, so that two users on a thread never share a buffer.</typeparam>
/// <typeparam name="T">The element.</typeparam>
public static class Scratch<TPurpose, T>
    where T : unmanaged
{
    [ThreadStatic]
    private static AlignedBuffer<T> t_buffer;

    /// <summary>The thread's buffer, at least <paramref name="length"/> elements, aligned, not cleared.</summary>
    /// <param name="length">How many elements.</param>
    public static Span<T> Rent(int length)
    {
        if (t_buffer.Array is null || t_buffer.Length < length)
            t_buffer = new AlignedBuffer<T>(Math.Max(length, t_buffer.Length * 2));
        return t_buffer.Array.AsSpan(t_buffer.Offset, length);
    }
}
