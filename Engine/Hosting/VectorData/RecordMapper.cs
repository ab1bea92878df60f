using Microsoft.Extensions.VectorData.ProviderServices;
using QEngine.Collections;

namespace QEngine.Hosting;

/// <summary>Records to documents and back. A property without a value is metadata that the document does not have.</summary>
internal sealed class RecordMapper(CollectionModel model)
{
    // Every whole number up to here is a double.
    private const long LargestExact = 1L << 53;

    private readonly DataPropertyModel? _fullText = RecordModelBuilder.FullText(model);

    /// <summary>Whether values of a type are kept as numbers.</summary>
    public static bool IsNumber(Type type) =>
        type == typeof(byte) || type == typeof(short) || type == typeof(int) || type == typeof(long)
        || type == typeof(float) || type == typeof(double);

    /// <summary>A value as metadata has it.</summary>
    /// <returns>The value, or null where metadata has no such one.</returns>
    public static MetadataValue? Metadata(object value) => value switch
    {
        string text => text,
        bool flag => flag,
        byte number => number,
        short number => number,
        int number => number,
        long number when number is >= -LargestExact and <= LargestExact => number,
        float number when float.IsFinite(number) => number,
        double number when double.IsFinite(number) => number,
        _ => null,
    };

    /// <summary>A record as a document.</summary>
    /// <exception cref="ArgumentException">A value is missing, of another type than the property, or cannot be kept.</exception>
    public Document Document(object record)
    {
        RequireKnown(record);
        string? key = Text(model.KeyProperty, record);
        if (string.IsNullOrWhiteSpace(key)) throw Refused(model.KeyProperty, "a key", key is null ? "none" : "a blank one");
        Dictionary<string, MetadataValue> metadata = new(StringComparer.Ordinal);
        foreach (DataPropertyModel property in model.DataProperties)
        {
            if (property == _fullText || Value(property, record) is not { } value) continue;
            metadata.Add(
                property.StorageName,
                Metadata(value) ?? throw Refused(property, "a finite number, a whole one up to 2^53", $"{value}"));
        }
        return new Document(key, Text(record)) { Metadata = metadata };
    }

    /// <summary>A document as a record, without its vector.</summary>
    /// <exception cref="QEngineException">A value is of another kind than the property.</exception>
    public TRecord Record<TRecord>(string id, string text, IReadOnlyDictionary<string, MetadataValue> metadata)
        where TRecord : class
    {
        TRecord record = model.CreateRecord<TRecord>() ?? throw new QEngineException($"expected to make a record, found {typeof(TRecord)}");
        model.KeyProperty.SetValueAsObject(record, id);
        foreach (DataPropertyModel property in model.DataProperties)
        {
            if (property == _fullText) property.SetValueAsObject(record, text);
            else if (metadata.TryGetValue(property.StorageName, out MetadataValue value))
                property.SetValueAsObject(record, Value(property, value) ?? throw new QEngineException(
                    $"document {id}, property {property.ModelName}: expected a value of type {property.Type}, found {value}"));
            else if (property.IsNullable) property.SetValueAsObject(record, null);
        }
        return record;
    }

    private static object? Value(PropertyModel property, MetadataValue value)
    {
        Type type = Nullable.GetUnderlyingType(property.Type) ?? property.Type;
        return value.Kind switch
        {
            MetadataKind.String => type == typeof(string) ? value.AsString() : null,
            MetadataKind.Boolean => type == typeof(bool) ? value.AsBoolean() : null,
            _ => Number(type, value.AsNumber()),
        };
    }

    private static object? Number(Type type, double number)
    {
        if (type == typeof(double)) return number;
        if (type == typeof(float)) return float.IsFinite((float)number) ? (float)number : null;
        if (number != Math.Floor(number)) return null;
        if (type == typeof(long)) return Math.Abs(number) <= LargestExact ? (long)number : null;
        if (type == typeof(int)) return number is >= int.MinValue and <= int.MaxValue ? (int)number : null;
        if (type == typeof(short)) return number is >= short.MinValue and <= short.MaxValue ? (short)number : null;
        return type == typeof(byte) && number is >= byte.MinValue and <= byte.MaxValue ? (byte)number : null;
    }

    private static string? Text(PropertyModel property, object record) => (string?)Value(property, record);

    private static object? Value(PropertyModel property, object record)
    {
        try
        {
            return property.GetValueAsObject(record);
        }
        catch (InvalidCastException failure)
        {
            // A dictionary's value of another type than the definition's.
            throw new ArgumentException(failure.Message, nameof(record), failure);
        }
    }

    private static ArgumentException Refused(PropertyModel property, string expected, string found) =>
        new($"property {property.ModelName}: expected {expected}, found {found}", "record");

    // The index ranks words and vectors of one text, so both properties have to say the same.
    private string Text(object record)
    {
        string? embedded = Text(model.VectorProperty, record), ranked = _fullText is null ? null : Text(_fullText, record);
        if (embedded is not null && ranked is not null && embedded != ranked)
            throw Refused(model.VectorProperty, $"the text of the property {_fullText!.ModelName}", "another");
        return embedded ?? ranked ?? throw Refused(model.VectorProperty, "a text to embed", "none");
    }

    // A misspelt name would be lost without a word.
    private void RequireKnown(object record)
    {
        if (record is not Dictionary<string, object?> values) return;
        foreach (string name in values.Keys)
            if (!model.PropertyMap.ContainsKey(name))
                throw new ArgumentException($"expected the properties of the definition, found {name}", nameof(record));
    }
}
