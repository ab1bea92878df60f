using Microsoft.Win32.SafeHandles;

namespace QEngine.Storage;

/// <summary>A file opened for reading at any offset; its failures are <see cref="QEngineException"/>s.</summary>
/// <remarks>
/// Plain reads rather than a memory map: a file that shrinks while it is open then gives an error, not a crash.
/// Reads from many threads are safe.
/// </remarks>
internal sealed class RandomAccessFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private RandomAccessFile(string path, SafeFileHandle handle, long length)
    {
        Path = path;
        _handle = handle;
        Length = length;
    }

    /// <summary>The path as it was given.</summary>
    internal string Path { get; }

    /// <summary>The path as it appears in messages.</summary>
    internal string Name => FileErrors.Name(Path);

    /// <summary>Length in bytes when the file was opened.</summary>
    internal long Length { get; }

    /// <summary>The open file, to map it.</summary>
    internal SafeFileHandle Handle => _handle;

    internal static RandomAccessFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            // Sharing "delete" lets a writer rename a new version over the file while this one is read.
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return new RandomAccessFile(path, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            handle?.Dispose();
            throw FileErrors.Reading(path, failure);
        }
    }

    /// <summary>Requires the file to be open.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    internal void RequireOpen() => ObjectDisposedException.ThrowIf(_handle.IsClosed, this);

    /// <summary>Fills <paramref name="destination"/> from the bytes at <paramref name="offset"/>, or throws.</summary>
    internal void Read(long offset, Span<byte> destination)
    {
        RequireOpen();
        while (destination.Length > 0)
        {
            int count;
            try
            {
                count = RandomAccess.Read(_handle, destination, offset);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                throw FileErrors.Reading(Path, failure);
            }
            if (count == 0) throw new QEngineException(
                $"expected {destination.Length} more bytes, "
                + $"found the end at byte {offset} of {Name}");
            offset += count;
            destination = destination[count..];
        }
    }

    /// <summary>Requires the file to be as long as it was when it was opened.</summary>
    /// <exception cref="QEngineException">Somebody has cut it short, or written more to it.</exception>
    internal void RequireLength()
    {
        long length = RandomAccess.GetLength(_handle);
        if (length != Length) throw new QEngineException($"expected {Length} bytes, found {length} in {Name}");
    }

    public void Dispose() => _handle.Dispose();
}
