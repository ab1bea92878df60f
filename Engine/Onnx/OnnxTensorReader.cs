using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>Reads a tensor's message and checks type, shape and place of its numbers against the file that has them.</summary>
internal ref struct OnnxTensorReader
{
    private const int MaxDimensions = 16, MaxEntries = 64;

    private readonly ProtoInput _input;
    private readonly ExternalFiles _external;
    private readonly List<long> _shape = [];
    private readonly List<(string Key, string Value)> _entries = [];
    private string? _name;
    private OnnxElement? _element;
    private ProtoMessage? _values;
    private bool _isExternal;

    private OnnxTensorReader(ProtoInput input, ExternalFiles external) => (_input, _external) = (input, external);

    /// <summary>Reads a tensor.</summary>
    /// <param name="input">The model's file.</param>
    /// <param name="external">The files beside it.</param>
    /// <param name="message">The tensor's message.</param>
    public static OnnxTensor Read(ProtoInput input, ExternalFiles external, ProtoMessage message)
    {
        OnnxTensorReader reader = new(input, external);
        while (message.Next()) reader.ReadField(message);
        return reader.Checked(message);
    }

    private void ReadField(ProtoMessage field)
    {
        switch (field.Field)
        {
            case 1:
                field.Integers(_shape, MaxDimensions, "dimensions of a tensor");
                break;
            case 2:
                if (_element is not null) throw field.Fault("one element type of a tensor", "another");
                _element = OnnxElement.Find(field.Integer("an element type"))
                    ?? throw field.Fault("an element type of ONNX from 1 on", $"{(long)field.Value}");
                break;
            case 3:
                throw field.Fault("whole tensors", "a segment of one");
            case 8:
                if (_name is not null) throw field.Fault("one name of a tensor", "another");
                _name = field.Text("a tensor's name");
                break;
            case 4 or 5 or 6 or 7 or 9 or 10 or 11:
                if (_values is not null) throw field.Fault("the numbers of a tensor once, packed", $"field {field.Field} after others");
                _ = field.Message("packed numbers of a tensor");
                _values = field;
                break;
            case 13:
                if (_entries.Count == MaxEntries) throw field.Fault($"at most {MaxEntries} entries about a tensor's file", "more");
                _entries.Add(Entry(field.Message("an entry about a tensor's file")));
                break;
            case 14:
                long location = field.Integer("a tensor's data_location");
                if (location is not (0 or 1)) throw field.Fault("data_location 0 or 1", $"{location}");
                _isExternal = location == 1;
                break;
        }
    }

    private static (string Key, string Value) Entry(ProtoMessage entry)
    {
        string key = "", value = "";
        while (entry.Next())
        {
            if (entry.Field == 1) key = entry.Text("a key");
            else if (entry.Field == 2) value = entry.Text("a value");
        }
        return (key, value);
    }

    private readonly OnnxTensor Checked(ProtoMessage message)
    {
        string name = _name ?? "";
        OnnxElement element = _element ?? throw message.Fault($"an element type for tensor {Printable.Quote(name)}", "none");
        long[] shape = [.. _shape];
        if (!ByteCount.TryOf(shape, Math.Max(1, element.Bytes), out long bytes))
            throw message.Fault($"tensor {Printable.Quote(name)} to have fewer than 2^63 bytes", $"{element} {Printable.Shape(shape)}");
        if (_isExternal)
        {
            if (_values is not null || element.Bytes == 0)
                throw message.Fault(
                    $"numbers in another file alone for tensor {Printable.Quote(name)}", $"{element} and others in this one");
            (RandomAccessFile file, long offset) = _external.Find(name, _entries, bytes);
            return new OnnxTensor(name, element, shape, file, offset, bytes, Varints: false);
        }
        if (_entries.Count > 0) throw message.Fault($"data_location 1 for tensor {Printable.Quote(name)} with external_data", "0");
        return Inside(name, element, shape, bytes, message);
    }

    private readonly OnnxTensor Inside(string name, OnnxElement element, long[] shape, long bytes, ProtoMessage message)
    {
        long count = bytes / Math.Max(1, element.Bytes);
        if (_values is not ProtoMessage values)
        {
            return count == 0 ? new OnnxTensor(name, element, shape, _input.File, 0, 0, Varints: false)
                : throw message.Fault($"{count} numbers for {element} {Printable.Shape(shape)} of tensor {Printable.Quote(name)}", "none");
        }
        int field = values.Field;
        bool fits = field switch
        {
            4 => element == OnnxElement.Float || element.Name == "COMPLEX64",
            10 => element.Name is "DOUBLE" or "COMPLEX128",
            5 => element.Bytes <= 4 && element != OnnxElement.Float && element.Name is not ("UINT32" or "STRING"),
            6 => element.Name == "STRING",
            7 => element == OnnxElement.Int64,
            11 => element.Name is "UINT32" or "UINT64",
            _ => element.Name != "STRING",
        };
        if (!fits) throw values.Fault($"numbers of type {element} for tensor {Printable.Quote(name)}", $"those of field {field}");
        bool varints = field is 5 or 7 or 11;
        // What has no size of its own is never read.
        long found = element.Bytes == 0 ? count : varints ? values.CountVarints("packed numbers") : (long)values.Value;
        long expected = element.Bytes == 0 || varints ? count : bytes;
        return found == expected
            ? new OnnxTensor(name, element, shape, _input.File, values.Offset, (long)values.Value, varints)
            : throw values.Fault(
                $"{expected} {(varints ? "numbers" : "bytes")} for {element} {Printable.Shape(shape)} of tensor {Printable.Quote(name)}",
                    $"{found}");
    }
}
