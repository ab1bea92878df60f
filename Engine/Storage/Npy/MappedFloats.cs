namespace QEngine.Storage;

/// <summary>The numbers of a .npy file of little-endian binary32, in place: pages are read from the disk as they are touched.</summary>
/// <remarks>Who may read them and for how long: <see cref="MappedArray{T}"/>.</remarks>
internal sealed class MappedFloats : IDisposable
{
    private readonly MappedArray<float> _numbers;

    private MappedFloats(MappedArray<float> numbers, int rows, int columns, long offset) =>
        (_numbers, Rows, Columns, Offset) = (numbers, rows, columns, offset);

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Bytes of the file before the numbers.</summary>
    public long Offset { get; }

    /// <summary>[rows, columns]; its span is refused after this is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">This was disposed of.</exception>
    public ReadOnlyMemory<float> Memory => _numbers.Memory;

    /// <summary>Maps a file.</summary>
    /// <param name="file">The file: two dimensions, at least one row; from now on disposed of with what is returned.</param>
    /// <exception cref="QEngineException">It cannot be read, is malformed, or holds other numbers; it stays the caller's.</exception>
    public static MappedFloats Create(RandomAccessFile file)
    {
        NpyHeader header = NpyHeader.Read(file);
        if (header.Format != FloatFormat.Float32 || header.BigEndian || !BitConverter.IsLittleEndian || header.Shape.Length != 2
            || header.Shape[0] == 0)
            throw new QEngineException($"expected a .npy file of rows of <f4 to map, found another form in {file.Name}");
        (int rows, int columns) = (header.Shape[0], header.Shape[1]);
        return new MappedFloats(MappedArray<float>.Create(file, header.DataOffset, rows * columns), rows, columns, header.DataOffset);
    }

    /// <summary>Maps a file whose header is damaged but known, as it is written here.</summary>
    /// <param name="file">The file; from now on disposed of with what is returned.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns.</param>
    /// <exception cref="QEngineException">It cannot be mapped, or is of another length; it stays the caller's.</exception>
    public static MappedFloats Create(RandomAccessFile file, int rows, int columns)
    {
        long count = (long)rows * columns;
        if (count > Array.MaxLength)
            throw new QEngineException($"expected at most {Array.MaxLength} numbers, found {count} in {file.Name}");
        long offset = NpyHeader.Format32([rows, columns]).Length;
        return new MappedFloats(MappedArray<float>.Create(file, offset, (int)count), rows, columns, offset);
    }

    /// <inheritdoc cref="MappedArray{T}.RequireWhole"/>
    public void RequireWhole() => _numbers.RequireWhole();

    /// <inheritdoc/>
    public void Dispose() => ((IDisposable)_numbers).Dispose();
}
