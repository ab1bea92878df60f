using System.Text.Json;
using QEngine.Collections;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Searching;

/// <summary>
/// Filters as JSON: <c>{"language": "en", "year": {"gte": 2020, "lte": 2024}}</c>, values to be equal to and ranges of numbers, all of
/// which have to hold.
/// </summary>
internal static class FilterReader
{
    private const string Name = "filter";

    /// <summary>Reads a filter.</summary>
    /// <param name="filter">The JSON; null for no filter.</param>
    /// <exception cref="JsonMemberException">It is no filter.</exception>
    public static MetadataFilter? Read(JsonElement? filter)
    {
        if (filter is not { } fields) return null;
        if (fields.ValueKind != JsonValueKind.Object)
            throw new JsonMemberException(Name, $"expected 'filter' as an object of fields, found {JsonMember.KindOf(fields)}");
        MetadataFilter? all = null;
        foreach (JsonProperty field in fields.EnumerateObject())
        {
            MetadataFilter one = Read(field.Name, field.Value);
            all = all is null ? one : all & one;
        }
        return all;
    }

    private static MetadataFilter Read(string field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => MetadataFilter.Equal(field, JsonMember.RequireText(value, $"{Name}.{field}")),
        JsonValueKind.Number => MetadataFilter.Equal(field, Number(value, $"{Name}.{field}")),
        JsonValueKind.True => MetadataFilter.Equal(field, true),
        JsonValueKind.False => MetadataFilter.Equal(field, false),
        JsonValueKind.Object => Range(value, $"{Name}.{field}", field),
        _ => throw new JsonMemberException(
            $"{Name}.{field}",
            $"expected a string, a number, a boolean or a range in '{Name}.{field}', found {JsonMember.KindOf(value)}"),
    };

    private static MetadataFilter Range(JsonElement range, string name, string field)
    {
        double least = double.NegativeInfinity, most = double.PositiveInfinity;
        foreach (JsonProperty end in range.EnumerateObject())
        {
            if (end.Name == "gte") least = Number(end.Value, $"{name}.gte");
            else if (end.Name == "lte") most = Number(end.Value, $"{name}.lte");
            else throw new JsonMemberException(name, $"expected 'gte' and 'lte' in '{name}', found '{end.Name}'");
        }
        if (least <= most) return MetadataFilter.Between(field, least, most);
        throw new JsonMemberException(name, $"expected 'gte' of at most 'lte' in '{name}', found a larger one");
    }

    private static double Number(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw new JsonMemberException(name, $"expected a number in '{name}', found {JsonMember.Shown(value)}");
}
