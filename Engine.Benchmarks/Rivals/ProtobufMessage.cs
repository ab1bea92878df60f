using System.Buffers.Binary;

namespace QEngine.Benchmarks.Rivals;

/// <summary>
/// A protobuf message as a list of its fields, which are kept as they are unless changed: enough to rewrite a few nodes of an ONNX graph.
/// For files that are trusted; the engine's own reader of ONNX files is another.
/// </summary>
internal sealed class ProtobufMessage
{
    private const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    /// <summary>Field number, wire type, and the payload: bytes, or the number in eight bytes.</summary>
    public readonly record struct Field(int Number, int WireType, ReadOnlyMemory<byte> Payload)
    {
        public long Integer => BinaryPrimitives.ReadInt64LittleEndian(Payload.Span);

        public string Text => System.Text.Encoding.UTF8.GetString(Payload.Span);

        public ProtobufMessage Message => Parse(Payload);
    }

    public List<Field> Fields { get; } = [];

    public static ProtobufMessage Parse(ReadOnlyMemory<byte> data)
    {
        ProtobufMessage message = new();
        int position = 0;
        while (position < data.Length)
        {
            ulong key = ReadVarint(data.Span, ref position);
            int number = (int)(key >> 3), type = (int)(key & 7);
            ReadOnlyMemory<byte> payload;
            if (type == Varint)
            {
                byte[] value = new byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(value, ReadVarint(data.Span, ref position));
                payload = value;
            }
            else
            {
                int length = type switch { Fixed64 => 8, Fixed32 => 4, Bytes => (int)ReadVarint(data.Span, ref position), _ => throw new InvalidDataException($"wire type {type}") };
                payload = data.Slice(position, length);
                position += length;
            }
            message.Fields.Add(new(number, type, payload));
        }
        return message;
    }

    public IEnumerable<string> Texts(int number) => Fields.Where(field => field.Number == number).Select(field => field.Text);

    public string Text(int number) => Texts(number).FirstOrDefault("");

    public long Integer(int number) => Fields.Where(field => field.Number == number).Select(field => field.Integer).FirstOrDefault();

    /// <summary>Repeated integers, packed or not.</summary>
    public List<long> Integers(int number)
    {
        List<long> values = [];
        foreach (Field field in Fields.Where(field => field.Number == number))
        {
            if (field.WireType == Varint) values.Add(field.Integer);
            else
            {
                int position = 0;
                while (position < field.Payload.Length) values.Add((long)ReadVarint(field.Payload.Span, ref position));
            }
        }
        return values;
    }

    public ProtobufMessage Add(int number, long value)
    {
        byte[] payload = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(payload, value);
        Fields.Add(new(number, Varint, payload));
        return this;
    }

    public ProtobufMessage Add(int number, ReadOnlyMemory<byte> value)
    {
        Fields.Add(new(number, Bytes, value));
        return this;
    }

    public ProtobufMessage Add(int number, string value) => Add(number, System.Text.Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Add(int number, ProtobufMessage value) => Add(number, value.ToArray());

    public byte[] ToArray()
    {
        using MemoryStream stream = new();
        foreach (Field field in Fields)
        {
            WriteVarint(stream, ((ulong)field.Number << 3) | (uint)field.WireType);
            if (field.WireType == Varint) WriteVarint(stream, (ulong)field.Integer);
            else
            {
                if (field.WireType == Bytes) WriteVarint(stream, (ulong)field.Payload.Length);
                stream.Write(field.Payload.Span);
            }
        }
        return stream.ToArray();
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> data, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = data[position++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128) return value;
        }
    }

    private static void WriteVarint(Stream stream, ulong value)
    {
        for (; value > 127; value >>= 7) stream.WriteByte((byte)(value | 128));
        stream.WriteByte((byte)value);
    }
}
