using System.Text.Json;

namespace QEngine.Tools.Cli;

/// <summary>Values of JSON that somebody else wrote, and the words for what was found instead.</summary>
internal static class JsonMember
{
    /// <summary>A string.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">What an error calls it.</param>
    /// <exception cref="JsonMemberException">It is none, or has half of a surrogate pair.</exception>
    public static string RequireText(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw new JsonMemberException(name, $"expected '{name}' as a string, found {KindOf(value)}");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonMemberException(name, $"expected '{name}' in UTF-8 without unpaired surrogates, found others");
        }
    }

    /// <summary>What a value's kind is called.</summary>
    public static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };

    /// <summary>A number as it stands, of anything else its kind.</summary>
    public static string Shown(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.GetRawText() is { Length: <= 40 } text ? text : KindOf(value);
}
