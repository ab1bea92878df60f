using System.Globalization;
using System.Text;

namespace QEngine.Storage;

/// <summary>
/// A stream whose bytes appear at a path all at once: it writes a temporary file in the same folder, which
/// <see cref="Commit"/> flushes to the disk and renames. Disposed without it, nothing changes and nothing is left.
/// </summary>
/// <remarks>
/// Every failure (no such folder, a folder of that name, no permission, disk full) is a <see cref="QEngineException"/> that
/// names the path, also when the stream is used through a writer on top of it. Temporary files are called
/// <c>.qengine-{process}-{number}.tmp</c>.
/// <para>
/// A symbolic link at the path is kept and the file that it leads to is written, also where that is not there yet. A file that is replaced
/// keeps its permissions, but not its owner, access lists and other links; one that nobody may write is refused. What is no regular file,
/// a device or a pipe, and an open descriptor (<c>/dev/fd/3</c>), is not replaced: <see cref="Commit"/> writes the bytes to it.
/// </para>
/// <para>
/// After a loss of power the path holds the old content or the new, each whole, since the content is on the disk before the rename.
/// That it is the new one is certain only once the file system has written its folder, within seconds as a rule: to wait for that, the
/// folder itself would have to be flushed, and managed code cannot open one.
/// </para>
/// </remarks>
internal sealed class AtomicFile : Stream
{
    private const int BufferBytes = 64 * 1024;
    private static int s_number;

    private readonly string _path;     // as given, for messages
    private readonly FileTarget _target;
    private readonly FileStream _stream;   // the temporary file
    private bool _failed;
    private bool _closed;

    private AtomicFile(string path, FileTarget target, FileStream stream) => (_path, _target, _stream) = (path, target, stream);

    /// <summary>Opens a temporary file; a test passes streams of its own.</summary>
    internal delegate FileStream Opener(string path, FileStreamOptions options);

    /// <summary>The path as it appears in messages.</summary>
    internal string Name => FileErrors.Name(_path);

    /// <summary>Checks, before long work starts, that a file can be written.</summary>
    /// <param name="path">Where the file will be, as for <see cref="Create(string)"/>.</param>
    /// <exception cref="QEngineException">As for <see cref="Create(string)"/>.</exception>
    public static void Require(string path) => Create(path).Dispose();

    /// <summary>Starts a file that will appear at <paramref name="path"/>.</summary>
    /// <param name="path">Where the file will be; its folder must exist, an existing file is replaced at <see cref="Commit"/>.</param>
    /// <exception cref="QEngineException">
    /// The folder is missing or not writable, or the path is a folder or a file that may not be written.
    /// </exception>
    public static AtomicFile Create(string path) => Create(path, static (temporary, options) => new FileStream(temporary, options));

    /// <summary>The same with a temporary file that the caller opens.</summary>
    internal static AtomicFile Create(string path, Opener open)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            FileTarget target = FileTarget.Resolve(path);
            // Beside the file, for the rename; what is written to may lie where no file may be made.
            string folder = target.IsStream ? Path.GetTempPath() : Path.GetDirectoryName(target.Path)!;
            while (true)
            {
                string temporary = Path.Combine(folder, NextName());
                try
                {
                    return new AtomicFile(path, target, open(temporary, Options(target)));
                }
                catch (IOException) when (File.Exists(temporary))
                {
                    // Left by a killed process with our process number, or written by one in another container: take the next number.
                }
            }
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.Writing(path, failure);
        }
    }

    /// <summary>Writes a whole file through a callback, atomically.</summary>
    /// <param name="path">Where the file will be.</param>
    /// <param name="write">Writes the content; if it throws, the old file stays as it was.</param>
    /// <exception cref="QEngineException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using AtomicFile file = Create(path);
        write(file);
        file.Commit();
    }

    /// <summary>Writes a text file through a callback, atomically: UTF-8 without byte order mark, lines ending in <c>\n</c>.</summary>
    /// <param name="path">Where the file will be.</param>
    /// <param name="write">Writes the text; if it throws, the old file stays as it was.</param>
    /// <exception cref="QEngineException">The file cannot be written, or the text holds a lone surrogate.</exception>
    public static void WriteText(string path, Action<TextWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Write(path, stream =>
        {
            try
            {
                StreamWriter writer = new(stream, Utf8Text.Strict, BufferBytes, leaveOpen: true) { NewLine = "\n" };
                write(writer);
                // Only after success: disposing a failed writer would try to flush, and throw again, over the first error.
                writer.Dispose();
            }
            catch (EncoderFallbackException failure)
            {
                throw new QEngineException(
                    $"expected well-formed text, "
                    + $"found a lone surrogate while writing {FileErrors.Name(path)}", failure);
            }
        });
    }

    /// <summary>Writes a text file, atomically: UTF-8 without byte order mark, the text as it is.</summary>
    /// <param name="path">Where the file will be.</param>
    /// <param name="text">The whole content.</param>
    /// <exception cref="QEngineException">The file cannot be written, or the text holds a lone surrogate.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        WriteText(path, writer => writer.Write(text));
    }

    /// <summary>
    /// Flushes to the disk, closes and renames: only now the file is at its path. Or writes the bytes to what is not replaced.
    /// </summary>
    /// <exception cref="QEngineException">
    /// The flush or the rename failed, and the old file is untouched; or not all bytes could be written to what is not replaced.
    /// </exception>
    /// <exception cref="InvalidOperationException">An earlier write failed, so the content is incomplete.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_failed) throw new InvalidOperationException("an earlier write to this file failed; it cannot be committed");
        try
        {
            Guarded(_target.IsStream ? Send : Replace);
        }
        catch
        {
            Abandon();
            throw;
        }
        _closed = true;
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _stream.Write(buffer);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            _failed = true;
            throw FileErrors.Writing(_path, failure);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override void WriteByte(byte value) => Write([value]);

    /// <inheritdoc/>
    public override void Flush() => Guarded(_stream.Flush);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = 0;
        Guarded(() => position = _stream.Seek(offset, origin));
        return position;
    }

    /// <summary>Not supported: content is only added or overwritten.</summary>
    /// <param name="value">Ignored.</param>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Not supported: the stream only writes.</summary>
    /// <param name="buffer">Ignored.</param>
    /// <param name="offset">Ignored.</param>
    /// <param name="count">Ignored.</param>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _stream.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _stream.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Deletes the temporary file unless <see cref="Commit"/> has renamed it.</summary>
    /// <param name="disposing">False only from a finaliser.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed) Abandon();
        base.Dispose(disposing);
    }

    private static string NextName() =>
        string.Create(CultureInfo.InvariantCulture, $".qengine-{Environment.ProcessId}-{Interlocked.Increment(ref s_number)}.tmp");

    private static FileStreamOptions Options(FileTarget target)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = BufferBytes,
        };
        // From the start: what may be read by few must not lie open while it is written.
        UnixFileMode? mode = target.IsStream ? UnixFileMode.UserRead | UnixFileMode.UserWrite : target.Mode;
        if (!OperatingSystem.IsWindows() && mode is not null) options.UnixCreateMode = mode;
        return options;
    }

    private void Replace()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        // The process's mask took from the permissions when the file was made.
        if (!OperatingSystem.IsWindows() && _target.Mode is { } mode && File.GetUnixFileMode(_stream.Name) != mode)
            File.SetUnixFileMode(_stream.Name, mode);
        File.Move(_stream.Name, _target.Path, overwrite: true);
    }

    private void Send()
    {
        _stream.Position = 0;
        using (FileStream stream = _target.OpenStream())
        {
            _stream.CopyTo(stream);
            // Asking for the handle moves a descriptor that others share to the end of what was written.
            _ = stream.SafeFileHandle;
        }
        Abandon();
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            _failed = true;
            throw FileErrors.Writing(_path, failure);
        }
    }

    /// <summary>Closes and deletes the temporary file. Never throws: the failure that led here is the one to report.</summary>
    private void Abandon()
    {
        _closed = true;
        try
        {
            _stream.Dispose();
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            // The last buffered bytes could not be written: they are being thrown away.
        }
        try
        {
            File.Delete(_stream.Name);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            // The folder has gone or turned read-only meanwhile.
        }
    }
}
