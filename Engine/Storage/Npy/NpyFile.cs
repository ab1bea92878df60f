namespace QEngine.Storage;

/// <summary>Reads and writes whole .npy files.</summary>
internal static class NpyFile
{
    /// <summary>Reads an array of one or two dimensions.</summary>
    /// <remarks>
    /// Versions 1, 2 and 3; dtypes f2, f4 and f8 of either byte order, converted to binary32. The file's size must be exactly what
    /// header and shape say. NaN and infinities are read as they are: see <see cref="NpyArray.RequireFinite"/>.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">
    /// The file cannot be read, is no valid .npy file, or holds what is not read: other dtypes (integers, complex, objects, strings,
    /// structures), no or more than two dimensions, Fortran order, a finite number beyond binary32.
    /// </exception>
    public static NpyArray Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using RandomAccessFile file = RandomAccessFile.Open(path);
        NpyHeader header = NpyHeader.Read(file);
        int count = 1;
        foreach (int dimension in header.Shape) count *= dimension;

        float[] data = GC.AllocateUninitializedArray<float>(count);
        int tooLarge = FloatCodec.Read<float>(file, header.DataOffset, header.Format, header.BigEndian, data);
        if (tooLarge >= 0)
        {
            int columns = header.Shape.Length == 2 ? header.Shape[1] : 1;
            throw new QEngineException(
                $"expected numbers that fit binary32, "
                + $"found a larger one at element {tooLarge}, row {tooLarge / columns} and column {tooLarge % columns}, of {file.Name}");
        }
        return new NpyArray(data, header.Shape, path);
    }

    /// <summary>Writes an array of one or two dimensions as little-endian binary32, atomically, with the bytes NumPy would write.</summary>
    /// <param name="path">Where the file will be; its folder must exist.</param>
    /// <param name="data">Row-major numbers.</param>
    /// <param name="shape">One or two dimensions, none negative, whose product is the length of <paramref name="data"/>.</param>
    /// <exception cref="QEngineException">The shape does not fit, or the file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<float> data, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(path);
        long bytes = (long)data.Length * sizeof(float);
        if (shape.Length is not (1 or 2) || !ByteCount.TryOf(shape, sizeof(float), out long shapeBytes) || shapeBytes != bytes)
            throw new QEngineException(
                $"expected a shape of 1 or 2 dimensions and {data.Length} elements, "
                + $"found {Printable.Shape(shape)} while writing {FileErrors.Name(path)}");

        using AtomicFile file = AtomicFile.Create(path);
        file.Write(NpyHeader.Format32(shape));
        FloatCodec.Write(file, data);
        file.Commit();
    }
}
