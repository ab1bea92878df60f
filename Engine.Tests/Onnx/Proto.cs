using System.Buffers.Binary;
using System.Text;

namespace QEngine.Tests.Onnx;

/// <summary>A protobuf message as bytes, field by field; right or wrong, as it is asked for.</summary>
internal sealed class Proto
{
    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public Proto Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }
        _bytes.WriteByte((byte)value);
        return this;
    }

    public Proto Key(int field, int wire) => Varint(((ulong)field << 3) | (uint)wire);

    public Proto Integer(int field, long value) => Key(field, 0).Varint((ulong)value);

    public Proto Single(int field, float value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return Key(field, 5).Raw(bytes);
    }

    public Proto Bytes(int field, ReadOnlySpan<byte> content) => Key(field, 2).Varint((ulong)content.Length).Raw(content);

    public Proto Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public Proto Message(int field, Proto message) => Bytes(field, message._bytes.GetBuffer().AsSpan(0, (int)message._bytes.Length));

    /// <summary>Numbers one after another in one field.</summary>
    public Proto Packed(int field, IEnumerable<long> values)
    {
        Proto packed = new();
        foreach (long value in values) packed.Varint((ulong)value);
        return Message(field, packed);
    }

    public Proto Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }
}
