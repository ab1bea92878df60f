using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace QEngine.Storage;

/// <summary>The numbers of a .npy file of little-endian binary32, in place: pages are read from the disk as they are touched.</summary>
/// <remarks>The file stays usable, on Linux and macOS even when it is deleted meanwhile. Not usable after it is disposed.</remarks>
public sealed unsafe class MappedFloats : MemoryManager<float>
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _pointer;

    private MappedFloats(MemoryMappedFile file, MemoryMappedViewAccessor view, byte* pointer, long offset, int rows, int columns)
    {
        (_file, _view) = (file, view);
        _pointer = pointer + view.PointerOffset + offset;
        (Rows, Columns) = (rows, columns);
    }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Maps a file.</summary>
    /// <param name="path">The file: two dimensions, at least one row.</param>
    /// <exception cref="QEngineException">It cannot be read, is malformed, or holds other numbers.</exception>
    public static MappedFloats Open(string path)
    {
        NpyHeader header;
        using (InputFile input = InputFile.Open(path)) header = NpyHeader.Read(input);
        if (header.Format != FloatFormat.Float32 || header.BigEndian || !BitConverter.IsLittleEndian || header.Shape.Length != 2 || header.Shape[0] == 0)
            throw new QEngineException($"expected a .npy file of rows of <f4 to map, found another form in {FileErrors.Name(path)}");
        try
        {
            MemoryMappedFile file = MemoryMappedFile.CreateFromFile(File.OpenRead(path), null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* pointer = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
            return new MappedFloats(file, view, pointer, header.DataOffset, header.Shape[0], header.Shape[1]);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.Reading(path, failure);
        }
    }

    /// <inheritdoc/>
    public override Span<float> GetSpan() => new(_pointer, Rows * Columns);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new((float*)_pointer + elementIndex, default, this);

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
