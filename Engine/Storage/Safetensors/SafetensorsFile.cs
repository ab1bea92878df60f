using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace QEngine.Storage;

/// <summary>A safetensors file opened for reading, its header checked completely before any tensor is touched.</summary>
/// <remarks>
/// Format: eight bytes of little-endian header length, a JSON object from tensor name to dtype, shape and byte range, then the
/// bytes of the tensors without gap. Numbers are read from F64, F32, F16 and BF16 and converted. Reads from many threads are safe.
/// </remarks>
internal sealed class SafetensorsFile : IDisposable
{
    private readonly RandomAccessFile _file;
    private readonly SafetensorsHeader _header;
    private readonly Dictionary<string, SafetensorsTensor> _byName;

    private SafetensorsFile(RandomAccessFile file, SafetensorsHeader header)
    {
        _file = file;
        _header = header;
        _byName = new Dictionary<string, SafetensorsTensor>(header.Tensors.Length, StringComparer.Ordinal);
        foreach (SafetensorsTensor tensor in header.Tensors) _byName.Add(tensor.Name, tensor);
    }

    /// <summary>Opens and checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">
    /// It cannot be read or is not a valid safetensors file; the message says what and where.
    /// </exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        RandomAccessFile file = RandomAccessFile.Open(path);
        try
        {
            return new SafetensorsFile(file, SafetensorsHeader.Read(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The path as it was given.</summary>
    public string Path => _file.Path;

    /// <summary>All tensors in the order of their bytes in the file.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors => _header.Tensors;

    /// <summary>The free strings of the header; empty where it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Whether the file has a tensor of that name.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    public bool Contains(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.ContainsKey(name);
    }

    /// <summary>What the header says about a tensor.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    /// <exception cref="QEngineException">The file has no such tensor.</exception>
    public SafetensorsTensor this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return _byName.TryGetValue(name, out SafetensorsTensor? tensor)
                ? tensor
                : throw new QEngineException(
                    $"expected tensor {Printable.Quote(name)}, "
                    + $"found none of that name among {_byName.Count} tensors of {_file.Name}");
        }
    }

    /// <summary>Requires that a tensor exists, holds real numbers and has the given shape.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    /// <param name="shape">Expected dimensions, outermost first.</param>
    /// <exception cref="QEngineException">It is missing, of another shape, or of a type that is not read.</exception>
    public void RequireShape(string name, params ReadOnlySpan<long> shape)
    {
        SafetensorsTensor tensor = this[name];
        RequireNumbers(tensor);
        RequireShape(tensor, shape);
    }

    /// <summary>Requires that a tensor exists, holds signed bytes and has the given shape.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    /// <param name="shape">Expected dimensions, outermost first.</param>
    /// <exception cref="QEngineException">It is missing, of another shape, or of another type.</exception>
    internal void RequireInt8Shape(string name, params ReadOnlySpan<long> shape) => RequireShape(RequireInt8(name), shape);

    /// <summary>Reads a whole tensor, converted from its stored type, row-major.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="name">Tensor name, case sensitive.</param>
    /// <param name="destination">Filled; its length must equal the tensor's element count.</param>
    /// <exception cref="QEngineException">
    /// The tensor is missing, has another number of elements, is not of type F64, F32, F16 or BF16, or holds a finite number
    /// that <typeparamref name="T"/> cannot. NaN and infinities are read as they are.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public void Read<T>(string name, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _file.RequireOpen();
        SafetensorsTensor tensor = this[name];
        FloatFormat format = RequireNumbers(tensor);
        RequireCount(tensor, destination.Length);

        int tooLarge = FloatCodec.Read(_file, _header.DataOffset + tensor.Begin, format, bigEndian: false, destination);
        if (tooLarge >= 0)
            throw new QEngineException(
                $"expected numbers that fit binary{Unsafe.SizeOf<T>() * 8}, "
                + $"found a larger one at element {tooLarge} of tensor {Printable.Quote(name)} ({tensor}) in {_file.Name}");
    }

    /// <summary>Reads neighbours of a tensor of signed bytes, row-major.</summary>
    /// <param name="name">Tensor name, case sensitive.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="destination">Filled.</param>
    /// <exception cref="QEngineException">The tensor is missing, of another type, or has fewer elements.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    internal void ReadInt8(string name, long first, Span<sbyte> destination)
    {
        _file.RequireOpen();
        SafetensorsTensor tensor = RequireInt8(name);
        if (first < 0 || first > tensor.ElementCount - destination.Length)
            throw new QEngineException(
                $"expected elements {first} to {first + destination.Length} of tensor {Printable.Quote(name)}, "
                + $"found {tensor.ElementCount} ({tensor}) in {_file.Name}");
        _file.Read(_header.DataOffset + tensor.Begin + first, MemoryMarshal.AsBytes(destination));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private SafetensorsTensor RequireInt8(string name)
    {
        SafetensorsTensor tensor = this[name];
        if (tensor.Dtype == SafetensorsDtype.I8) return tensor;
        throw new QEngineException($"expected dtype I8 for tensor {Printable.Quote(name)}, found {tensor} in {_file.Name}");
    }

    private void RequireShape(SafetensorsTensor tensor, ReadOnlySpan<long> shape)
    {
        if (!tensor.Shape.SequenceEqual(shape))
            throw new QEngineException(
                $"expected shape {Printable.Shape(shape)} for tensor {Printable.Quote(tensor.Name)}, found {tensor} in {_file.Name}");
    }

    private void RequireCount(SafetensorsTensor tensor, int count)
    {
        if (tensor.ElementCount != count)
            throw new QEngineException(
                $"expected {count} elements in tensor {Printable.Quote(tensor.Name)}, "
                + $"found {tensor.ElementCount} ({tensor}) in {_file.Name}");
    }

    private FloatFormat RequireNumbers(SafetensorsTensor tensor) => tensor.Dtype.Format
        ?? throw new QEngineException(
            $"expected dtype F64, F32, F16 or BF16 for tensor {Printable.Quote(tensor.Name)}, "
            + $"found {tensor} in {_file.Name}");
}
