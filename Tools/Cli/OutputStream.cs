namespace QEngine.Tools.Cli;

/// <summary>
/// Standard output or error as a file or pipe: a reader that has gone ends the command, as SIGPIPE ends other programs, and a reader that
/// reads nothing keeps nobody from stopping it.
/// </summary>
/// <param name="inner">The bytes' way.</param>
/// <param name="mayBlock">Whether a write may wait for a reader, so that another thread does it. The console's own stream wants it done by
/// the caller, who holds its lock.</param>
/// <param name="isError">
/// Whether these are messages: their writer goes on, as it may be any thread and in the midst of anything, and that their disk is full is
/// passed over, as there is nowhere left to say so.
/// </param>
internal sealed class OutputStream(Stream inner, bool mayBlock, bool isError) : Stream
{
    private const int BrokenPipe = 32;

    // What is written after an interruption, the last lines, is given so long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">Nobody reads results any more, or the user interrupted while nobody read
    /// them.</exception>
    /// <exception cref="QEngineException">Results could not be written.</exception>
    public override void Write(byte[] buffer, int offset, int count)
    {
        try
        {
            if (mayBlock) Finish(Task.Run(() => inner.Write(buffer, offset, count)));
            else inner.Write(buffer, offset, count);
        }
        catch (IOException closed) when (closed.HResult == BrokenPipe)
        {
            Interrupts.OutputClosed();
            if (!isError) throw new OperationCanceledException(Interrupts.Token);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!isError) throw new QEngineException($"expected to write standard output, found: {failure.Message}", failure);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static void Finish(Task write)
    {
        try
        {
            Task.WaitAny([write], Interrupts.Token);
        }
        catch (OperationCanceledException)
        {
            if (Task.WaitAny([write], Patience) < 0) throw;
        }
        write.GetAwaiter().GetResult();
    }
}
