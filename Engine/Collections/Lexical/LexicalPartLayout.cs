using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>Sizes of a <see cref="LexicalPart"/>, from which it is known where everything in it lies.</summary>
/// <param name="Documents">Documents of the part.</param>
/// <param name="Terms">Different words of its documents.</param>
/// <param name="TextBytes">Bytes of these words.</param>
/// <param name="PostingBytes">Bytes of their posting lists.</param>
internal readonly record struct LexicalPartLayout(int Documents, int Terms, int TextBytes, int PostingBytes)
{
    /// <summary>Where the ends of words begin, behind the lengths of documents.</summary>
    public long TextEnds => (long)Documents * sizeof(int);

    /// <summary>Where the ends of posting lists begin.</summary>
    public long PostingEnds => TextEnds + ((long)Terms * sizeof(int));

    /// <summary>Where the words' order by stems begins.</summary>
    public long StemOrder => PostingEnds + ((long)Terms * sizeof(int));

    /// <summary>Where the words begin.</summary>
    public long Text => StemOrder + ((long)Terms * sizeof(int));

    /// <summary>Where the posting lists begin.</summary>
    public long Postings => Text + TextBytes;

    /// <summary>Bytes of the part.</summary>
    public long Length => Postings + PostingBytes;

    /// <summary>Writes an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("documents"u8, Documents);
        json.WriteNumber("terms"u8, Terms);
        json.WriteNumber("text_bytes"u8, TextBytes);
        json.WriteNumber("posting_bytes"u8, PostingBytes);
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static LexicalPartLayout Read(JsonCursor node) => new(
        node.Required("documents").Integer(1), node.Required("terms").Integer(0), node.Required("text_bytes").Integer(0),
        node.Required("posting_bytes").Integer(0));
}
