using System.Collections.ObjectModel;
using System.Text.Json;
using QEngine.Retrieval;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>
/// Files of texts (<see cref="IdTextFile"/>) as documents: in <c>.jsonl</c> what stands beside id and text is metadata, the members of an
/// object <c>metadata</c>, as BEIR has it, and all others. One beside <c>metadata</c> goes before one of the same name in it. Strings,
/// numbers and booleans are taken; null is as if it were not there; lists, other objects and numbers beyond double precision are left out.
/// </summary>
internal static class DocumentFile
{
    private const string Inner = "metadata";

    /// <summary>Reads a file document by document while it is enumerated.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="format">How it is read.</param>
    /// <param name="leftOut">Told what metadata cannot hold.</param>
    /// <param name="range">Some lines of the file, perhaps none; null for all, and there have to be some.</param>
    /// <returns>The documents in the order of the file.</returns>
    /// <exception cref="QEngineException">While enumerating: the file is malformed; names file and line.</exception>
    public static IEnumerable<Document> Read(string path, IdTextFormat format, LeftOutMembers leftOut, LineRange? range = null)
    {
        foreach ((IdText row, IReadOnlyDictionary<string, MetadataValue>? metadata) in IdTextFile.Read(path, format, Members, range))
            yield return new Document(row.Id, row.Text) { Metadata = metadata ?? ReadOnlyDictionary<string, MetadataValue>.Empty };

        IReadOnlyDictionary<string, MetadataValue> Members(JsonElement root, Utf8Lines lines) => Metadata(root, lines, leftOut);
    }

    private static ReadOnlyDictionary<string, MetadataValue> Metadata(JsonElement root, Utf8Lines lines, LeftOutMembers leftOut)
    {
        Dictionary<string, MetadataValue> values = new(StringComparer.Ordinal);
        if (root.TryGetProperty(Inner, out JsonElement inner) && inner.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in inner.EnumerateObject()) Add(member);
        }
        foreach (JsonProperty member in root.EnumerateObject())
        {
            bool isText = false, isInner = member.Name == Inner && member.Value.ValueKind == JsonValueKind.Object;
            foreach (string name in IdTextFile.JsonMembers) isText |= member.Name == name;
            if (!isText && !isInner) Add(member);
        }
        return values.Count == 0 ? ReadOnlyDictionary<string, MetadataValue>.Empty : new(values);

        void Add(JsonProperty member)
        {
            if (member.Value.ValueKind == JsonValueKind.Null) return;
            if (Value(member, lines) is { } value) values[member.Name] = value;
            else leftOut.Add(member.Name);
        }
    }

    private static MetadataValue? Value(JsonProperty member, Utf8Lines lines) => member.Value.ValueKind switch
    {
        JsonValueKind.String => Text(member, lines),
        JsonValueKind.Number when member.Value.TryGetDouble(out double number) && double.IsFinite(number) => number,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static string Text(JsonProperty member, Utf8Lines lines)
    {
        try
        {
            return member.Value.GetString()!;
        }
        catch (InvalidOperationException failure)
        {
            throw new QEngineException(
                $"expected {Printable.Quote(member.Name)} to be Unicode text, found an unpaired surrogate, {lines.Where}", failure);
        }
    }
}

/// <summary>Counts what metadata cannot hold.</summary>
internal sealed class LeftOutMembers
{
    private const int MaxNames = 3;

    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Values left out.</summary>
    public long Count { get; private set; }

    /// <summary>Counts a value.</summary>
    /// <param name="name">The name of its member.</param>
    public void Add(string name)
    {
        Count++;
        // Names are as many as the file likes.
        if (_names.Count <= MaxNames) _names.Add(name);
    }

    /// <summary>The names of a few of the members, fit for a line.</summary>
    public string Names()
    {
        List<string> shown = [];
        foreach (string name in _names)
            if (shown.Count < MaxNames) shown.Add(Printable.Quote(name));
        return string.Join(", ", shown) + (_names.Count > MaxNames ? " and others" : "");
    }
}
