using System.Buffers;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace QEngine.Storage;

/// <summary>Numbers of a file, in place: pages are read from the disk as they are touched.</summary>
/// <remarks>
/// The file stays usable, on Linux and macOS even when it is deleted or replaced meanwhile. After <see cref="IDisposable.Dispose"/> every
/// access is refused, but a span or a pointer that was handed out before is read without a check: whoever reads keeps the numbers mapped
/// meanwhile (<see cref="Pin"/>, or the owner's own count), and nobody cuts the file short. Where somebody does, the system ends the
/// process at the first page beyond the new end; <see cref="RequireWhole"/> sees it before.
/// </remarks>
/// <typeparam name="T">What the file holds, in this machine's order of bytes.</typeparam>
internal sealed unsafe class MappedArray<T> : MemoryManager<T>
    where T : unmanaged
{
    private readonly RandomAccessFile _file;
    private readonly SafeMemoryMappedViewHandle _view;
    private readonly T* _pointer;
    private readonly int _count;
    private volatile bool _isDisposed;

    private MappedArray(RandomAccessFile file, SafeMemoryMappedViewHandle view, long offset, int count)
    {
        (_file, _view, _count) = (file, view, count);
        _pointer = (T*)((byte*)view.DangerousGetHandle() + offset);
    }

    /// <summary>Maps what follows some bytes of a file, to its end.</summary>
    /// <param name="file">The file; from now on disposed of with what is returned.</param>
    /// <param name="offset">The bytes before.</param>
    /// <param name="count">How many numbers there are, at least 1.</param>
    /// <exception cref="QEngineException">It cannot be mapped, or is of another length; it stays the caller's.</exception>
    public static MappedArray<T> Create(RandomAccessFile file, long offset, int count)
    {
        long length = offset + ((long)count * sizeof(T));
        if (file.Length != length) throw new QEngineException($"expected {length} bytes, found {file.Length} in {file.Name}");
        try
        {
            // A view outlives what it is made by.
            using MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(
                file.Handle, null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            MemoryMappedViewAccessor view = mapped.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            return new MappedArray<T>(file, view.SafeMemoryMappedViewHandle, offset, count);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.Reading(file.Path, failure);
        }
    }

    /// <summary>Requires that nobody has cut the file short since it was opened.</summary>
    /// <exception cref="QEngineException">It has another length.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public void RequireWhole() => _file.RequireLength();

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">It was disposed of, even if something still pins it.</exception>
    public override Span<T> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new Span<T>(_pointer, _count);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed of, even if something still pins it.</exception>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_count, nameof(elementIndex));
        bool entered = false;
        // First the count, then the question: who disposes of it in between leaves it mapped for this one, which is refused all the same.
        _view.DangerousAddRef(ref entered);
        if (_isDisposed) Unpin();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new MemoryHandle(_pointer + elementIndex, default, this);
    }

    /// <inheritdoc/>
    public override void Unpin() => _view.DangerousRelease();

    /// <summary>Ends the mapping as soon as nothing pins it.</summary>
    /// <param name="disposing">False only from a finaliser, which the handles have themselves.</param>
    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _isDisposed = true;
        _view.Dispose();
        _file.Dispose();
    }
}
