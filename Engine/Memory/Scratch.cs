namespace QEngine.Memory;

/// <summary>A buffer of one purpose on one thread: grown when needed, never shrunk, its content not kept.</summary>
/// <remarks>The purpose is any type that names it, so that two users on a thread never share a buffer.</remarks>
internal static class Scratch<TPurpose, T>
    where T : unmanaged
{
    private static readonly int Purpose = ScratchSet.NewPurpose();

    /// <summary>The thread's buffer, at least <paramref name="length"/> elements, aligned, not cleared.</summary>
    /// <param name="length">How many elements.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public static Span<T> Rent(int length)
    {
        ScratchSet set = ScratchSet.Current;
        ScratchSet.Buffer<T> buffer = set.Get<T>(Purpose);
        if (buffer.Storage.Array is null || buffer.Storage.Length < length) set.Grow(buffer, Math.Max(length, buffer.Storage.Length * 2));
        return buffer.Storage.Array.AsSpan(buffer.Storage.Offset, length);
    }
}
