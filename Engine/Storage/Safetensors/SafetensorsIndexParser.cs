using System.Text.Json;

namespace QEngine.Storage;

/// <summary>Reads <c>{"metadata": {...}, "weight_map": {"tensor": "file", ...}}</c>.</summary>
/// <remarks>
/// The map is required once and its names must not repeat. Other members are skipped whatever they hold: published indexes keep totals
/// there, which nothing here needs.
/// </remarks>
internal ref struct SafetensorsIndexParser
{
    private const string MapName = "weight_map", Extension = ".safetensors";
    private const int MaxNameLength = 255;   // of any file system

    private readonly Dictionary<string, int> _shards = new(StringComparer.Ordinal);
    private readonly string _fileName;
    private Utf8JsonReader _json;

    internal SafetensorsIndexParser(ReadOnlySpan<byte> json, string fileName)
    {
        _json = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
        _fileName = fileName;
    }

    internal List<string> Shards { get; } = [];

    internal Dictionary<string, int> ShardOf { get; } = new(StringComparer.Ordinal);

    internal void Parse()
    {
        try
        {
            ParseRoot();
        }
        catch (JsonException failure)
        {
            throw new QEngineException(
                $"expected a safetensors index in JSON nested at most {_json.CurrentState.Options.MaxDepth} levels, "
                + $"found a fault at line {failure.LineNumber + 1}, byte {failure.BytePositionInLine} of {_fileName}", failure);
        }
    }

    private void ParseRoot()
    {
        bool map = false;
        _json.Read();
        Require(JsonTokenType.StartObject, "an object");
        while (NextName())
        {
            bool isMap = Text() == MapName;
            if (isMap && map) throw Unexpected($"{MapName} once", "it again");
            _json.Read();
            if (isMap) ParseMap();
            else _json.Skip();
            map |= isMap;
        }
        // Anything but white space after the object is a JsonException here.
        _json.Read();
        if (!map) throw new QEngineException($"expected the member \"{MapName}\" in a safetensors index, found none in {_fileName}");
    }

    private void ParseMap()
    {
        Require(JsonTokenType.StartObject, $"an object from tensor to file as {MapName}");
        while (NextName())
        {
            string tensor = Text();
            _json.Read();
            if (_json.TokenType != JsonTokenType.String)
                throw Unexpected($"the name of a file for tensor {Printable.Quote(tensor)}", $"{_json.TokenType}");
            if (!ShardOf.TryAdd(tensor, Shard(tensor, Text()))) throw Unexpected("unique names", $"{Printable.Quote(tensor)} again");
        }
    }

    /// <summary>The position of a file's name; a new one must be plain: a name from a file must not lead out of the folder.</summary>
    private int Shard(string tensor, string name)
    {
        if (_shards.TryGetValue(name, out int known)) return known;
        bool plain = name.Length <= MaxNameLength && name.AsSpan().IndexOfAny(['/', '\\', ':', '\0']) < 0;
        if (!plain || !name.EndsWith(Extension, StringComparison.Ordinal) || name.Length == Extension.Length)
            throw Unexpected(
                $"the name of a {Extension} file in the index's folder for tensor {Printable.Quote(tensor)}", Printable.Quote(name));
        if (Shards.Count == SafetensorsIndex.MaximumShards)
            throw Unexpected($"at most {SafetensorsIndex.MaximumShards} files", $"{Printable.Quote(name)} as one more");
        Shards.Add(name);
        return _shards[name] = Shards.Count - 1;
    }

    /// <summary>Advances; true at a property name, false at the end of the object.</summary>
    private bool NextName() => _json.Read() && _json.TokenType == JsonTokenType.PropertyName;

    private readonly void Require(JsonTokenType type, string expected)
    {
        if (_json.TokenType != type) throw Unexpected(expected, $"{_json.TokenType}");
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

    private readonly QEngineException Unexpected(string expected, string found) =>
        new($"expected {expected} in a safetensors index, found {found} at byte {_json.TokenStartIndex} of {_fileName}");
}
