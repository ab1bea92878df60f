using System.Buffers;
using System.Buffers.Binary;
using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>The numbers of a tensor one part after another, from the first to the last, as binary32.</summary>
internal sealed class ElementReader
{
    private const int BufferBytes = 64 * 1024;

    private readonly OnnxTensor _tensor;
    private readonly ProtoMessage? _varints;
    private ProtoMessage _next;
    private long _done;

    /// <summary>Starts at a tensor's first number.</summary>
    /// <param name="tensor">Real numbers, or whole ones of a type that quantised weights have.</param>
    public ElementReader(OnnxTensor tensor)
    {
        if (tensor.Element.Format is null && !tensor.Element.IsQuantized)
            throw new ArgumentException("expected numbers of weights", nameof(tensor));
        _tensor = tensor;
        _varints = tensor.Varints
            ? new ProtoMessage(new ProtoInput(tensor.Data, tensor.Length), tensor.Offset, tensor.Offset + tensor.Length)
            : null;
        _next = _varints ?? default;
    }

    /// <summary>Reads the next numbers.</summary>
    /// <param name="destination">Filled; no more than are left.</param>
    public void Read(Span<float> destination)
    {
        if (_varints is not null) ReadVarints(destination);
        else if (_tensor.Element.Format is { } format) ReadReals(format, destination);
        else ReadIntegers(destination);
        _done += destination.Length;
    }

    private void ReadReals(FloatFormat format, Span<float> destination)
    {
        int tooLarge = FloatCodec.Read(
            _tensor.Data, _tensor.Offset + (_done * _tensor.Element.Bytes), format, bigEndian: false, destination);
        if (tooLarge >= 0)
            throw new QEngineException(
                $"expected numbers that fit binary32, found a larger one at element {_done + tooLarge} "
                + $"of tensor {Printable.Quote(_tensor.Name)} in {_tensor.Data.Name}");
    }

    private void ReadIntegers(Span<float> destination)
    {
        int size = _tensor.Element.Bytes;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int chunk = BufferBytes / size;
            for (int done = 0; done < destination.Length; done += chunk)
            {
                Span<float> part = destination.Slice(done, Math.Min(chunk, destination.Length - done));
                Span<byte> bytes = buffer.AsSpan(0, part.Length * size);
                _tensor.Data.Read(_tensor.Offset + ((_done + done) * size), bytes);
                Widen(bytes, part);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Widen(ReadOnlySpan<byte> bytes, Span<float> destination)
    {
        if (_tensor.Element == OnnxElement.UInt8)
        {
            for (int i = 0; i < destination.Length; i++) destination[i] = bytes[i];
        }
        else if (_tensor.Element == OnnxElement.Int8)
        {
            for (int i = 0; i < destination.Length; i++) destination[i] = (sbyte)bytes[i];
        }
        else
        {
            for (int i = 0; i < destination.Length; i++)
                destination[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * sizeof(int))..]);
        }
    }

    // Numbers of sixteen bits lie in it as their bits.
    private void ReadVarints(Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            // They were counted; a file that has changed since gives others, but no more.
            _next.TryVarint(out ulong value);
            destination[i] = _tensor.Element.Format switch
            {
                FloatFormat.Float16 => (float)BitConverter.UInt16BitsToHalf((ushort)value),
                FloatFormat.BFloat16 => BitConverter.UInt32BitsToSingle((uint)value << 16),
                _ => (int)value,
            };
        }
    }
}
