using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Retrieval;

/// <summary>Ids in JSON: strings or whole numbers.</summary>
internal static class JsonIds
{
    /// <summary>The id at the current token.</summary>
    /// <param name="tokens">Where it is read from.</param>
    /// <param name="what">What is expected, for the message.</param>
    public static string One(JsonTokens tokens, string what)
    {
        if (tokens.Type is not (JsonTokenType.String or JsonTokenType.Number)) throw tokens.Expected(what);
        string id = tokens.Text(what);
        if (string.IsNullOrWhiteSpace(id)) throw new QEngineException($"expected {what}, found an empty id, {tokens.Where}");
        // The text of a number is its id: 7 and 7.0 would be two.
        if (tokens.Type == JsonTokenType.Number && id.AsSpan().ContainsAny(".eE")) throw tokens.Expected(what);
        return id;
    }

    /// <summary>The array of ids at the current token.</summary>
    /// <param name="tokens">Where it is read from; left at the end of the array.</param>
    /// <param name="name">Its name, for messages.</param>
    public static List<string> Read(JsonTokens tokens, string name)
    {
        if (tokens.Type != JsonTokenType.StartArray) throw tokens.Expected($"{name} to be an array of ids");
        List<string> ids = [];
        while (tokens.MoveNext() && tokens.Type != JsonTokenType.EndArray)
            ids.Add(One(tokens, $"{name} to hold ids, strings or whole numbers"));
        return ids;
    }
}
