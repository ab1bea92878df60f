namespace QEngine.Storage;

/// <summary>One tensor to be written to a safetensors file.</summary>
public sealed class SafetensorsEntry
{
    private readonly long[] _shape;
    private readonly ReadOnlyMemory<float> _singles;
    private readonly ReadOnlyMemory<double> _doubles;

    /// <summary>A tensor stored as F32.</summary>
    /// <param name="name">Unique in the file; any well-formed text but <c>__metadata__</c>.</param>
    /// <param name="shape">Dimensions, outermost first; empty for a scalar.</param>
    /// <param name="data">Row-major numbers, as many as the product of <paramref name="shape"/>; read when the file is written.</param>
    /// <exception cref="QEngineException">The shape is negative, too large or does not fit the data.</exception>
    public SafetensorsEntry(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<float> data)
        : this(name, shape, SafetensorsDtype.F32, data.Length) => _singles = data;

    /// <summary>A tensor stored as F64.</summary>
    /// <param name="name">Unique in the file; any well-formed text but <c>__metadata__</c>.</param>
    /// <param name="shape">Dimensions, outermost first; empty for a scalar.</param>
    /// <param name="data">Row-major numbers, as many as the product of <paramref name="shape"/>; read when the file is written.</param>
    /// <exception cref="QEngineException">The shape is negative, too large or does not fit the data.</exception>
    public SafetensorsEntry(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<double> data)
        : this(name, shape, SafetensorsDtype.F64, data.Length) => _doubles = data;

    private SafetensorsEntry(string name, ReadOnlySpan<long> shape, SafetensorsDtype dtype, int count)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!ByteCount.TryOf(shape, dtype.ByteSize, out long bytes) || bytes != (long)count * dtype.ByteSize)
            throw new QEngineException(
                $"expected a shape of {count} elements for tensor {Printable.Quote(name)}, "
                + $"found {Printable.Shape(shape)}");
        Name = name;
        Dtype = dtype;
        ByteLength = bytes;
        _shape = shape.ToArray();
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary><see cref="SafetensorsDtype.F32"/> or <see cref="SafetensorsDtype.F64"/>.</summary>
    public SafetensorsDtype Dtype { get; }

    /// <summary>Dimensions, outermost first.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>Stored size in bytes.</summary>
    internal long ByteLength { get; }

    /// <summary>Writes the numbers; one of the two is empty.</summary>
    internal void WriteData(Stream stream)
    {
        FloatCodec.Write(stream, _singles.Span);
        FloatCodec.Write(stream, _doubles.Span);
    }
}
