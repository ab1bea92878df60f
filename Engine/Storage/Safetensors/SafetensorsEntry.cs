using System.Globalization;
using System.Runtime.InteropServices;

namespace QEngine.Storage;

/// <summary>One tensor to be written to a safetensors file.</summary>
internal sealed class SafetensorsEntry
{
    private readonly long[] _shape;
    private readonly ReadOnlyMemory<float> _singles;
    private readonly ReadOnlyMemory<double> _doubles;
    private readonly ReadOnlyMemory<sbyte> _bytes;

    /// <summary>A tensor stored as F32.</summary>
    /// <param name="name">Unique in the file; any well-formed text but <c>__metadata__</c>.</param>
    /// <param name="shape">Dimensions, outermost first; empty for a scalar.</param>
    /// <param name="data">Row-major numbers, as many as the product of <paramref name="shape"/>; read when the file is written.</param>
    /// <exception cref="QEngineException">The shape is negative, too large or does not fit the data.</exception>
    public SafetensorsEntry(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<float> data)
        : this(name, shape, data, SafetensorsDtype.F32)
    {
    }

    /// <summary>A tensor stored as F32 or F16; in F16 every number is rounded to nearest even.</summary>
    /// <param name="name">Unique in the file; any well-formed text but <c>__metadata__</c>.</param>
    /// <param name="shape">Dimensions, outermost first; empty for a scalar.</param>
    /// <param name="data">
    /// Row-major numbers, as many as the product of <paramref name="shape"/>; read when the file is written. In F16 a finite number
    /// of magnitude 65520 or more, which would round to infinity, is refused then; NaN and infinities are written.
    /// </param>
    /// <param name="dtype"><see cref="SafetensorsDtype.F32"/> or <see cref="SafetensorsDtype.F16"/>.</param>
    /// <exception cref="QEngineException">The shape is negative, too large or does not fit the data, or the type is another.</exception>
    public SafetensorsEntry(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<float> data, SafetensorsDtype dtype)
        : this(name, shape, dtype, data.Length)
    {
        if (dtype != SafetensorsDtype.F32 && dtype != SafetensorsDtype.F16)
            throw new QEngineException($"expected dtype F32 or F16 to write tensor {Printable.Quote(name)}, found {dtype}");
        _singles = data;
    }

    /// <summary>A tensor stored as F64.</summary>
    /// <param name="name">Unique in the file; any well-formed text but <c>__metadata__</c>.</param>
    /// <param name="shape">Dimensions, outermost first; empty for a scalar.</param>
    /// <param name="data">Row-major numbers, as many as the product of <paramref name="shape"/>; read when the file is written.</param>
    /// <exception cref="QEngineException">The shape is negative, too large or does not fit the data.</exception>
    public SafetensorsEntry(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<double> data)
        : this(name, shape, SafetensorsDtype.F64, data.Length) => _doubles = data;

    /// <summary>A tensor stored as I8.</summary>
    /// <param name="name">Unique in the file; any well-formed text but <c>__metadata__</c>.</param>
    /// <param name="shape">Dimensions, outermost first; empty for a scalar.</param>
    /// <param name="data">Row-major numbers, as many as the product of <paramref name="shape"/>; read when the file is written.</param>
    /// <exception cref="QEngineException">The shape is negative, too large or does not fit the data.</exception>
    internal SafetensorsEntry(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<sbyte> data)
        : this(name, shape, SafetensorsDtype.I8, data.Length) => _bytes = data;

    private SafetensorsEntry(string name, ReadOnlySpan<long> shape, SafetensorsDtype dtype, int count)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(dtype);
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

    /// <summary>
    /// <see cref="SafetensorsDtype.F64"/>, <see cref="SafetensorsDtype.F32"/> or <see cref="SafetensorsDtype.F16"/>, or signed bytes.
    /// </summary>
    public SafetensorsDtype Dtype { get; }

    /// <summary>Dimensions, outermost first.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>Stored size in bytes.</summary>
    internal long ByteLength { get; }

    /// <summary>Writes the numbers.</summary>
    /// <exception cref="QEngineException">A number is too large for the type, or the file cannot be written.</exception>
    internal void WriteData(AtomicFile file)
    {
        if (Dtype == SafetensorsDtype.F64) FloatCodec.Write(file, _doubles.Span);
        else if (Dtype == SafetensorsDtype.I8) file.Write(MemoryMarshal.AsBytes(_bytes.Span));
        else if (Dtype == SafetensorsDtype.F32) FloatCodec.Write(file, _singles.Span);
        else WriteHalves(file);
    }

    private void WriteHalves(AtomicFile file)
    {
        int tooLarge = FloatCodec.WriteHalves(file, _singles.Span);
        if (tooLarge >= 0)
            throw new QEngineException(
                $"expected numbers of magnitude below 65520 to write as F16, "
                + $"found {_singles.Span[tooLarge].ToString(CultureInfo.InvariantCulture)} at element {tooLarge} "
                + $"of tensor {Printable.Quote(Name)} while writing {file.Name}");
    }
}
