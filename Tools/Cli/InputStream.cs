namespace QEngine.Tools.Cli;

/// <summary>A stream whose reader waits no longer than until the user interrupts, though nothing comes.</summary>
/// <param name="inner">The bytes.</param>
/// <param name="beforeReading">Called before bytes are waited for: results so far are to be seen by then.</param>
internal sealed class InputStream(Stream inner, Action? beforeReading = null) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        beforeReading?.Invoke();
        Interrupts.Token.ThrowIfCancellationRequested();
        // Nothing but a byte or the end wakes a thread that reads a pipe, so it is another one that waits.
        Task<int> read = Task.Run(() => inner.Read(buffer, offset, count));
        Task.WaitAny([read], Interrupts.Token);
        return read.GetAwaiter().GetResult();
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        // A read that is still waiting would keep whoever closes the stream waiting too.
        if (disposing && !Interrupts.Token.IsCancellationRequested) inner.Dispose();
        base.Dispose(disposing);
    }
}
