using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>How a field of a protobuf message is stored.</summary>
internal enum WireType
{
    /// <summary>A number of one to ten bytes, seven bits each.</summary>
    Varint = 0,

    /// <summary>Eight bytes.</summary>
    Fixed64 = 1,

    /// <summary>A length, then as many bytes: text, a message, packed numbers.</summary>
    Bytes = 2,

    /// <summary>Four bytes.</summary>
    Fixed32 = 5,
}

/// <summary>
/// The fields of one protobuf message in their order, each checked to end inside the message before anything is read of it.
/// </summary>
/// <remarks>
/// It descends only where the caller asks for a message in a field, so a file cannot nest deeper than the caller does. The two wire
/// types of groups, long out of use, are refused.
/// </remarks>
/// <param name="input">The file.</param>
/// <param name="offset">Where the message begins.</param>
/// <param name="end">The byte after its last.</param>
internal struct ProtoMessage(ProtoInput input, long offset, long end)
{
    /// <summary>The longest name; published graphs have some hundred bytes.</summary>
    public const int MaxTextLength = 1 << 15;

    private const int MaxVarintBytes = 10, ShortText = 256;

    private long _next = offset;
    private long _begin;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>How the current field is stored.</summary>
    public WireType Wire { get; private set; }

    /// <summary>The current field's number, or the bits of it; of a field of bytes, their count.</summary>
    public ulong Value { get; private set; }

    /// <summary>Where the content of the current field begins.</summary>
    public long Offset { get; private set; }

    /// <summary>Goes to the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (_next >= end) return false;
        _begin = _next;
        ulong key = ReadVarint();
        if (key >> 3 is 0 or > 0x1FFF_FFFF || (key & 7) is not (0 or 1 or 2 or 5))
            throw input.Fault(
                "an ONNX model (protobuf fields of wire type 0, 1, 2 or 5)", $"field {key >> 3} of wire type {key & 7}", _begin);
        (Field, Wire) = ((int)(key >> 3), (WireType)(key & 7));
        Value = Wire switch
        {
            WireType.Fixed64 => ReadFixed(8),
            WireType.Fixed32 => ReadFixed(4),
            _ => ReadVarint(),
        };
        Offset = _next;
        if (Wire != WireType.Bytes) return true;
        if (Value > (ulong)(end - _next))
            throw input.Fault($"a field of at most the {end - _next} bytes that are left", $"field {Field} of length {Value}", _begin);
        _next += (long)Value;
        return true;
    }

    /// <summary>The current field as a whole number.</summary>
    public readonly long Integer(string what)
    {
        Require(WireType.Varint, what);
        return (long)Value;
    }

    /// <summary>The current field as a real number.</summary>
    public readonly float Single(string what)
    {
        Require(WireType.Fixed32, what);
        return BitConverter.UInt32BitsToSingle((uint)Value);
    }

    /// <summary>The current field as text.</summary>
    public readonly string Text(string what)
    {
        string? text = TextOrNull(what);
        if (text is not null) return text;
        throw Value > MaxTextLength
            ? Fault($"{what} of at most {MaxTextLength} bytes", $"one of {Value}")
            : Fault($"UTF-8 as {what}", "other bytes");
    }

    /// <summary>The current field as text, or null where it is none or longer than a name.</summary>
    public readonly string? TextOrNull(string what)
    {
        Require(WireType.Bytes, what);
        if (Value > MaxTextLength) return null;
        Span<byte> bytes = Value <= ShortText ? stackalloc byte[(int)Value] : new byte[(int)Value];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = input[Offset + i];
        return Utf8Text.FirstInvalid(bytes) < 0 ? Utf8Text.Strict.GetString(bytes) : null;
    }

    /// <summary>The current field as a message.</summary>
    public readonly ProtoMessage Message(string what)
    {
        Require(WireType.Bytes, what);
        return new ProtoMessage(input, Offset, Offset + (long)Value);
    }

    /// <summary>Adds the whole numbers of the current field to a list: one, or several that are packed.</summary>
    public readonly void Integers(List<long> numbers, int max, string what)
    {
        if (Wire == WireType.Varint) Add(numbers, (long)Value, max, what);
        else
        {
            ProtoMessage packed = Message(what);
            while (packed.TryVarint(out ulong value)) Add(numbers, (long)value, max, what);
        }
    }

    /// <summary>Counts packed numbers of the current field.</summary>
    public readonly long CountVarints(string what)
    {
        ProtoMessage packed = Message(what);
        long count = 0;
        while (packed.TryVarint(out _)) count++;
        return count;
    }

    /// <summary>The next of numbers that are packed one after another; false at their end.</summary>
    public bool TryVarint(out ulong value)
    {
        value = 0;
        if (_next >= end) return false;
        _begin = _next;
        value = ReadVarint();
        return true;
    }

    /// <summary>An error about the current field.</summary>
    public readonly QEngineException Fault(string expected, string found) => input.Fault(expected, found, _begin);

    private readonly void Add(List<long> numbers, long value, int max, string what)
    {
        if (numbers.Count == max) throw input.Fault($"at most {max} {what}", "more", _begin);
        numbers.Add(value);
    }

    private readonly void Require(WireType wire, string what)
    {
        if (Wire != wire) throw input.Fault($"{what} of wire type {(int)wire}", $"field {Field} of wire type {(int)Wire}", _begin);
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < MaxVarintBytes; i++)
        {
            if (_next >= end) throw input.Fault("a whole number", "the end of its message", _begin);
            byte next = input[_next++];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80) return i < MaxVarintBytes - 1 || next < 2 ? value : throw Large();
        }
        throw Large();
    }

    private readonly QEngineException Large() => input.Fault("a whole number of 64 bits", "a longer one", _begin);

    private ulong ReadFixed(int bytes)
    {
        if (end - _next < bytes) throw input.Fault($"a number of {bytes} bytes", $"{end - _next} at the end of its message", _begin);
        ulong value = 0;
        for (int i = 0; i < bytes; i++) value |= (ulong)input[_next++] << (8 * i);
        return value;
    }
}
