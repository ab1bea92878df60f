using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace QEngine.Storage;

/// <summary>Numbers of a file, in place: pages are read from the disk as they are touched.</summary>
/// <remarks>The file stays usable, on Linux and macOS even when it is deleted meanwhile. Not usable after it is disposed.</remarks>
/// <typeparam name="T">What the file holds, in this machine's order of bytes.</typeparam>
public sealed unsafe class MappedArray<T> : MemoryManager<T>
    where T : unmanaged
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly T* _pointer;
    private readonly int _count;

    private MappedArray(MemoryMappedFile file, MemoryMappedViewAccessor view, byte* pointer, long offset, int count)
    {
        (_file, _view, _count) = (file, view, count);
        _pointer = (T*)(pointer + view.PointerOffset + offset);
    }

    /// <summary>Maps what follows some bytes of a file, to its end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">The bytes before.</param>
    /// <param name="count">How many numbers there are, at least 1.</param>
    /// <exception cref="QEngineException">It cannot be read, or is of another length.</exception>
    internal static MappedArray<T> Open(string path, long offset, int count)
    {
        try
        {
            FileStream stream = File.OpenRead(path);
            long length = offset + ((long)count * sizeof(T));
            if (stream.Length != length)
            {
                stream.Dispose();
                throw new QEngineException($"expected {length} bytes, found {stream.Length} in {FileErrors.Name(path)}");
            }
            MemoryMappedFile file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* pointer = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
            return new MappedArray<T>(file, view, pointer, offset, count);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.Reading(path, failure);
        }
    }

    /// <inheritdoc/>
    public override Span<T> GetSpan() => new(_pointer, _count);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(_pointer + elementIndex, default, this);

    /// <inheritdoc/>
    public override void Unpin()
    {
        // The mapping does not move.
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
