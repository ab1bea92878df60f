using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace QEngine.Tests.Support;

/// <summary>Spoils JSON where it hurts: every value and every name in turn, by what parsers stumble over.</summary>
internal static class JsonAttack
{
    private static readonly string[] Values =
    [
        "", "null", "true", "0", "-0", "-1", "1.5", "1e400", "-1e400", "1e-400", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808",
        new('9', 5000), "NaN", "Infinity", "0x10", "01", "\"\"", "\"x\"", "\"\\ud800\"", "\"a\\nb\\u2028\"", "\"\\u0000\"", "\"../x\"", "\"" + new string('é', 5000) + "\"",
        "[]", "{}", "[1]", "{\"a\":1}", "[\"\\ud800\"]", "{\"\\ud800\":1}", new('[', 100_000), new string('[', 30) + new string(']', 30),
        string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100),
    ];

    /// <summary>Replaces every value, the document itself included, by each of a list of bad ones.</summary>
    public static void EveryValue(byte[] good, Action<string, byte[]> attempt)
    {
        foreach ((Range value, _) in Spans(good))
        {
            foreach (string bad in Values) attempt($"value at {value} replaced by {bad[..Math.Min(20, bad.Length)]}", Replaced(good, value, Encoding.UTF8.GetBytes(bad)));
        }
    }

    /// <summary>Writes every member of every object twice, and renames it to what is no Unicode text.</summary>
    public static void EveryName(byte[] good, Action<string, byte[]> twice, Action<string, byte[]> renamed)
    {
        foreach ((Range value, Range? name) in Spans(good))
        {
            if (name is not Range member) continue;
            byte[] copy = [.. good[member.Start..value.End], (byte)','];
            twice($"member at {member} twice", Replaced(good, member.Start..member.Start, copy));
            renamed($"member at {member} renamed", Replaced(good, member, "\"\\ud800\""u8.ToArray()));
            renamed($"member at {member} without a name", Replaced(good, member, "\"\""u8.ToArray()));
        }
    }

    private static byte[] Replaced(byte[] good, Range range, byte[] by) => [.. good[..range.Start], .. by, .. good[range.End..]];

    /// <summary>Where every value is, and the name before it where there is one.</summary>
    private static List<(Range Value, Range? Name)> Spans(byte[] json)
    {
        List<(Range, Range?)> spans = [];
        Utf8JsonReader reader = new(json);
        Range? name = null;
        while (reader.Read())
        {
            int start = (int)reader.TokenStartIndex;
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject) continue;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = start..(start + reader.ValueSpan.Length + 2);
                continue;
            }
            Utf8JsonReader end = reader;
            end.Skip();
            spans.Add((start..(int)end.BytesConsumed, name));
            name = null;
        }
        Assert.That(spans, Is.Not.Empty);
        return spans;
    }
}
