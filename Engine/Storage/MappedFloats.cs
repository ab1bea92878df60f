namespace QEngine.Storage;

/// <summary>The numbers of a .npy file of little-endian binary32, in place: pages are read from the disk as they are touched.</summary>
public sealed class MappedFloats : IDisposable
{
    private readonly MappedArray<float> _numbers;

    private MappedFloats(MappedArray<float> numbers, int rows, int columns) => (_numbers, Rows, Columns) = (numbers, rows, columns);

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>[rows, columns]; not to be used after this is disposed.</summary>
    public ReadOnlyMemory<float> Memory => _numbers.Memory;

    /// <summary>Maps a file.</summary>
    /// <param name="path">The file: two dimensions, at least one row.</param>
    /// <exception cref="QEngineException">It cannot be read, is malformed, or holds other numbers.</exception>
    public static MappedFloats Open(string path)
    {
        NpyHeader header;
        using (InputFile input = InputFile.Open(path)) header = NpyHeader.Read(input);
        if (header.Format != FloatFormat.Float32 || header.BigEndian || !BitConverter.IsLittleEndian || header.Shape.Length != 2 || header.Shape[0] == 0)
            throw new QEngineException($"expected a .npy file of rows of <f4 to map, found another form in {FileErrors.Name(path)}");
        (int rows, int columns) = (header.Shape[0], header.Shape[1]);
        return new MappedFloats(MappedArray<float>.Open(path, header.DataOffset, rows * columns), rows, columns);
    }

    /// <inheritdoc/>
    public void Dispose() => ((IDisposable)_numbers).Dispose();
}
