namespace QEngine.Storage;

/// <summary>Some bytes of a file, read from the first to the last.</summary>
/// <param name="file">The file; disposed together with this object.</param>
/// <param name="first">The first byte, at least 0.</param>
/// <param name="end">The byte behind the last, at most the file's length.</param>
internal sealed class RangeInput(RandomAccessFile file, long first, long end) : ForwardStream
{
    private long _next = first;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, end - _next);
        file.Read(_next, buffer[..count]);
        _next += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}
