using System.Text.Json;

namespace QEngine.Storage;

/// <summary>Reads the JSON of a safetensors header and checks each tensor on its own.</summary>
/// <remarks>
/// Stricter than JSON: names, metadata keys and the three fields of a tensor must not repeat, and a tensor has exactly
/// <c>dtype</c>, <c>shape</c> and <c>data_offsets</c>. It never descends deeper than the format does, so nesting cannot hurt.
/// </remarks>
internal ref struct SafetensorsHeaderParser
{
    private readonly string _fileName;
    private Utf8JsonReader _json;

    internal SafetensorsHeaderParser(ReadOnlySpan<byte> json, string fileName)
    {
        _json = new Utf8JsonReader(json);
        _fileName = fileName;
    }

    internal List<SafetensorsTensor> Tensors { get; } = [];

    internal Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    internal void Parse()
    {
        try
        {
            ParseRoot();
        }
        catch (JsonException failure)
        {
            throw new QEngineException(
                $"expected a JSON safetensors header, "
                + $"found a fault at byte {SafetensorsHeader.PrefixBytes + _json.BytesConsumed} of {_fileName}", failure);
        }
    }

    private void ParseRoot()
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        _json.Read();
        while (NextName())
        {
            string name = Text();
            if (!names.Add(name)) throw Unexpected("unique names", $"{Printable.Quote(name)} again");
            _json.Read();
            if (name == SafetensorsHeader.MetadataName) ParseMetadata();
            else Tensors.Add(ParseTensor(name));
        }
        // Anything but white space after the object is a JsonException here.
        _json.Read();
    }

    private void ParseMetadata()
    {
        Require(JsonTokenType.StartObject, "an object of strings for __metadata__");
        while (NextName())
        {
            string key = Text();
            _json.Read();
            Require(JsonTokenType.String, $"a string for metadata {Printable.Quote(key)}");
            if (!Metadata.TryAdd(key, Text())) throw Unexpected("unique metadata keys", $"{Printable.Quote(key)} again");
        }
    }

    private SafetensorsTensor ParseTensor(string name)
    {
        Require(JsonTokenType.StartObject, $"an object for tensor {Printable.Quote(name)}");
        string? dtypeName = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (NextName())
        {
            string field = Text();
            _json.Read();
            if (field == "dtype" && dtypeName is null)
            {
                Require(JsonTokenType.String, $"a string as dtype of tensor {Printable.Quote(name)}");
                dtypeName = Text();
            }
            else if (field == "shape" && shape is null) shape = Numbers(name, field);
            else if (field == "data_offsets" && offsets is null) offsets = Numbers(name, field);
            else
            {
                throw Unexpected(
                    $"dtype, shape and data_offsets once each for tensor {Printable.Quote(name)}",
                    $"field {Printable.Quote(field)}");
            }
        }
        if (dtypeName is null || shape is null || offsets is null)
        {
            string missing = dtypeName is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw Unexpected($"dtype, shape and data_offsets for tensor {Printable.Quote(name)}", $"no {missing}");
        }
        return Checked(name, dtypeName, shape.ToArray(), offsets);
    }

    private readonly SafetensorsTensor Checked(string name, string dtypeName, long[] shape, List<long> offsets)
    {
        SafetensorsDtype dtype = SafetensorsDtype.Find(dtypeName)
            ?? throw Unexpected($"a known dtype for tensor {Printable.Quote(name)}", Printable.Quote(dtypeName));
        if (!ByteCount.TryOf(shape, dtype.ByteSize, out long bytes))
            throw Unexpected($"tensor {Printable.Quote(name)} to have fewer than 2^63 bytes", $"{dtype} {Printable.Shape(shape)}");
        string range = Printable.Shape(offsets.ToArray());
        if (offsets.Count != 2 || offsets[0] > offsets[1])
            throw Unexpected($"data_offsets [begin, end] with begin <= end for tensor {Printable.Quote(name)}", range);
        long length = offsets[1] - offsets[0];
        if (length != bytes)
        {
            throw Unexpected(
                $"{bytes} bytes for {dtype} {Printable.Shape(shape)} of tensor {Printable.Quote(name)}",
                $"data_offsets {range} of {length} bytes");
        }
        return new SafetensorsTensor(name, dtype, shape, offsets[0], offsets[1]);
    }

    private List<long> Numbers(string name, string field)
    {
        string expected = $"an array of non-negative integers below 2^63 as {field} of tensor {Printable.Quote(name)}";
        Require(JsonTokenType.StartArray, expected);
        List<long> numbers = [];
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            Require(JsonTokenType.Number, expected);
            if (!_json.TryGetInt64(out long number) || number < 0) throw Unexpected(expected, Token());
            numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>Advances; true at a property name, false at the end of the object.</summary>
    private bool NextName() => _json.Read() && _json.TokenType == JsonTokenType.PropertyName;

    private readonly void Require(JsonTokenType type, string expected)
    {
        if (_json.TokenType != type) throw Unexpected(expected, Token());
    }

    private readonly string Text()
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // The only malformed text left after the UTF-8 check: an escaped lone surrogate.
            throw Unexpected("well-formed text", "an escaped lone surrogate");
        }
    }

    private readonly string Token() => _json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        _ => Printable.Quote(System.Text.Encoding.UTF8.GetString(_json.ValueSpan)),
    };

    private readonly QEngineException Unexpected(string expected, string found) =>
        new($"expected {expected}, found {found} at byte {SafetensorsHeader.PrefixBytes + _json.TokenStartIndex} of {_fileName}");
}
