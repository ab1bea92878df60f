using System.Collections.ObjectModel;

namespace QEngine.Collections;

/// <summary>A document of an index: an id, a text that is embedded, and metadata that is kept with it and can be filtered by.</summary>
public sealed record Document
{
    /// <summary>Makes a document.</summary>
    /// <param name="id">Its id, which no other document of the index has; not empty.</param>
    /// <param name="text">Its text, perhaps empty.</param>
    /// <exception cref="ArgumentException">The id is empty or blank.</exception>
    public Document(string id, string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(text);
        (Id, Text) = (id, text);
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Its text.</summary>
    public string Text { get; }

    /// <summary>
    /// Its embedding of k finite numbers, taken in place of that of its text; empty to have the text embedded. An index without a model
    /// takes no other documents. Documents that are read back are without.
    /// </summary>
    public ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>Strings, numbers and booleans by name; empty unless they are set. Names are compared letter by letter.</summary>
    public IReadOnlyDictionary<string, MetadataValue> Metadata
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = ReadOnlyDictionary<string, MetadataValue>.Empty;
}
