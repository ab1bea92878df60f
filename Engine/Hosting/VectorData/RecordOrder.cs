using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;
using QEngine.Collections;

namespace QEngine.Hosting;

/// <summary>Compares documents by properties of their records: a missing value first, strings letter by letter.</summary>
internal sealed class RecordOrder
{
    private readonly List<(PropertyModel Property, bool IsAscending)> _keys = [];

    /// <summary>Whether there is nothing to compare by.</summary>
    public bool IsEmpty => _keys.Count == 0;

    /// <summary>Reads the properties that records are to be ordered by.</summary>
    /// <exception cref="InvalidOperationException">A selector is not that of a data property or the key.</exception>
    public static RecordOrder Of<TRecord>(FilteredRecordRetrievalOptions<TRecord>? options, CollectionModel model)
        where TRecord : class
    {
        RecordOrder order = new();
        if (options?.OrderBy is not { } by) return order;
        foreach (FilteredRecordRetrievalOptions<TRecord>.OrderByDefinition.SortInfo sort in by(new()).Values)
            order._keys.Add((model.GetDataOrKeyProperty(sort.PropertySelector), sort.Ascending));
        return order;
    }

    /// <summary>Orders documents; those that are equal stay as they are.</summary>
    public void Sort(List<Document> documents)
    {
        if (IsEmpty) return;
        (Document Document, int Place)[] places = new (Document, int)[documents.Count];
        for (int i = 0; i < places.Length; i++) places[i] = (documents[i], i);
        Array.Sort(places, (left, right) =>
            Compare(left.Document, right.Document) is not 0 and int order ? order : left.Place.CompareTo(right.Place));
        for (int i = 0; i < places.Length; i++) documents[i] = places[i].Document;
    }

    private int Compare(Document left, Document right)
    {
        foreach ((PropertyModel property, bool isAscending) in _keys)
        {
            int order = Compare(Value(left, property), Value(right, property));
            if (order != 0) return isAscending ? order : -order;
        }
        return 0;
    }

    private static MetadataValue? Value(Document document, PropertyModel property) => property switch
    {
        KeyPropertyModel => document.Id,
        DataPropertyModel { IsFullTextIndexed: true } => document.Text,
        _ => document.Metadata.TryGetValue(property.StorageName, out MetadataValue value) ? value : default(MetadataValue?),
    };

    private static int Compare(MetadataValue? left, MetadataValue? right)
    {
        if (left is not { } a || right is not { } b) return (left is null ? 0 : 1) - (right is null ? 0 : 1);
        if (a.Kind != b.Kind) return a.Kind.CompareTo(b.Kind);
        return a.Kind switch
        {
            MetadataKind.String => string.CompareOrdinal(a.AsString(), b.AsString()),
            MetadataKind.Boolean => a.AsBoolean().CompareTo(b.AsBoolean()),
            _ => a.AsNumber().CompareTo(b.AsNumber()),
        };
    }
}
