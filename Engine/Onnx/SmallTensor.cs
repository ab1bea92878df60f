using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace QEngine.Onnx;

/// <summary>The numbers of tensors that say how a graph computes: extents, axes, scalars, positions.</summary>
internal static class SmallTensor
{
    // Positions of the longest encoders; more are no shape.
    private const int MaxIntegers = 1 << 16;

    /// <summary>Reads them where they may be of use: whole numbers, or one real number; null for all others.</summary>
    public static double[]? Read(OnnxTensor tensor)
    {
        if (tensor.Element.IsInteger && tensor.Count <= MaxIntegers) return ReadIntegers(tensor);
        if (tensor.Element.Format is null || tensor.Count != 1) return null;
        if (tensor.Element.Name == "DOUBLE") return [BitConverter.Int64BitsToDouble(Bits(ReadBytes(tensor)))];
        float value = 0;
        new ElementReader(tensor).Read(MemoryMarshal.CreateSpan(ref value, 1));
        return [value];
    }

    private static double[] ReadIntegers(OnnxTensor tensor)
    {
        double[] values = new double[tensor.Count];
        if (tensor.Varints)
        {
            ProtoMessage packed = new(new ProtoInput(tensor.Data, tensor.Length), tensor.Offset, tensor.Offset + tensor.Length);
            for (int i = 0; i < values.Length && packed.TryVarint(out ulong value); i++) values[i] = (long)value;
            return values;
        }
        ReadOnlySpan<byte> bytes = ReadBytes(tensor);
        int size = tensor.Element.Bytes;
        for (int i = 0; i < values.Length; i++) values[i] = Signed(Bits(bytes.Slice(i * size, size)), tensor.Element);
        return values;
    }

    private static byte[] ReadBytes(OnnxTensor tensor)
    {
        byte[] bytes = new byte[tensor.Length];
        tensor.Data.Read(tensor.Offset, bytes);
        return bytes;
    }

    private static long Bits(ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[sizeof(long)];
        padded.Clear();
        bytes.CopyTo(padded);
        return BinaryPrimitives.ReadInt64LittleEndian(padded);
    }

    private static long Signed(long bits, OnnxElement element) => element.Name switch
    {
        "INT8" => (sbyte)bits,
        "INT16" => (short)bits,
        "INT32" => (int)bits,
        _ => bits,
    };
}
