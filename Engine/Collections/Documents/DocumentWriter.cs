using System.Buffers;
using System.Collections.ObjectModel;
using System.Text.Json;
using QEngine.Retrieval;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>Writes texts with ids as BEIR's <c>.jsonl</c>: {"_id", "text"} a line.</summary>
/// <param name="stream">Where the lines go; left open.</param>
internal sealed class DocumentWriter(Stream stream) : IDisposable
{
    private readonly Stream _stream = stream ?? throw new ArgumentNullException(nameof(stream));
    private readonly ArrayBufferWriter<byte> _line = new();
    private Utf8JsonWriter? _json;

    /// <summary>Writes one line. Lone surrogates are written as U+FFFD.</summary>
    /// <param name="document">Id and text.</param>
    /// <exception cref="ArgumentException">The id or the text is null.</exception>
    public void Write(IdText document) => Write(document, ReadOnlyDictionary<string, MetadataValue>.Empty);

    /// <summary>The same with metadata, as BEIR's <c>metadata</c>.</summary>
    /// <param name="document">Id and text.</param>
    /// <param name="metadata">Values by name; may be empty.</param>
    /// <exception cref="ArgumentException">The id or the text is null.</exception>
    public void Write(IdText document, IReadOnlyDictionary<string, MetadataValue> metadata)
    {
        if (document.Id is null || document.Text is null)
            throw new ArgumentException("expected a document with id and text, found null", nameof(document));
        _line.ResetWrittenCount();
        // The lines are no HTML: only what JSON demands is escaped.
        if (_json is null) _json = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = MinimalJsonEncoder.Instance });
        else _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("_id"u8, document.Id);
        _json.WriteString("text"u8, document.Text);
        if (metadata.Count > 0) Write(_json, metadata);
        _json.WriteEndObject();
        _json.Flush();
        _stream.Write(_line.WrittenSpan);
        _stream.WriteByte((byte)'\n');
    }

    /// <inheritdoc/>
    public void Dispose() => _json?.Dispose();

    private static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, MetadataValue> metadata)
    {
        json.WriteStartObject("metadata"u8);
        foreach ((string name, MetadataValue value) in metadata)
        {
            if (value.Kind == MetadataKind.Number) json.WriteNumber(name, value.AsNumber());
            else if (value.Kind == MetadataKind.Boolean) json.WriteBoolean(name, value.AsBoolean());
            else json.WriteString(name, value.AsString());
        }
        json.WriteEndObject();
    }
}
