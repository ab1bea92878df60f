using System.Text;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Storage;

/// <summary>Tokens of JSON read piece by piece, against the runtime's reader on the whole.</summary>
public sealed class JsonTokensTests
{
    private const string Document = "\uFEFF {\"a\": [1, -2.5e3, true, null, \"\\u00e9\\n\"], \"\\\"b\": {\"c\": []}, \"é\": \"long\"}\r\n ";

    [Test]
    public void Every_token_is_that_of_the_whole([Range(1, 20)] int step) => Assert.That(Read(Encoding.UTF8.GetBytes(Document), step), Is.EqualTo(Whole(Document)));

    [Property]
    public bool Strings_of_any_length_are_read(string[] texts, ushort repeated)
    {
        // Some longer than the first buffer.
        string[] all = [.. texts.Select(text => string.Concat(Enumerable.Repeat(text ?? "", repeated % 5000)))];
        string json = JsonSerializer.Serialize(all);
        return Read(Encoding.UTF8.GetBytes(json), 1 << 20).SequenceEqual(Whole(json));
    }

    [Test]
    public void Skipping_goes_to_the_end_of_a_value()
    {
        using JsonTokens tokens = new(new MemoryStream(Encoding.UTF8.GetBytes("{\"a\":[[1],{\"b\":2}],\"c\":3,\"d\":{},\"e\":\"x\"}")), "text");
        List<string> after = [];
        tokens.MoveTo(JsonTokenType.StartObject, "an object");
        while (tokens.MoveNext() && tokens.Type == JsonTokenType.PropertyName)
        {
            after.Add(tokens.Text("a name"));
            tokens.MoveNext();
            tokens.Skip();
        }

        Assert.That(after, Is.EqualTo(new[] { "a", "c", "d", "e" }));
        Assert.That(tokens.Type, Is.EqualTo(JsonTokenType.EndObject));
        Assert.That(tokens.MoveNext(), Is.False);
        Assert.That(tokens.MoveNext(), Is.False, "the end stays the end");
    }

    [Test]
    public void Many_values_may_follow_one_another_where_that_is_asked_for()
    {
        byte[] lines = "{\"a\":1}\n\n{\"a\":2}\n"u8.ToArray();
        using JsonTokens tokens = new(new MemoryStream(lines), "text", manyValues: true);
        int objects = 0;
        while (tokens.MoveNext()) objects += tokens.Type == JsonTokenType.StartObject ? 1 : 0;

        Assert.That(objects, Is.EqualTo(2));
        Refused.With(() => Read(lines, 100), "expected JSON", "line 3, byte 0 of text");
    }

    [TestCase("", "line 1, byte 0 of text")]
    [TestCase("{\"a\":\n [1, 2", "line 2, byte 6 of text")]
    [TestCase("{\"a\":\n\n 01}", "line 3, byte 2 of text")]
    [TestCase("\"\t\"", "line 1, byte 1 of text")]
    [TestCase("[1] x", "line 1, byte 4 of text")]
    public void Faults_are_named_by_line_and_byte(string json, string place)
    {
        foreach (int step in (int[])[1, 2, 100]) Refused.With(() => Read(Encoding.UTF8.GetBytes(json), step), "expected JSON, found a fault at", place);
    }

    [Test]
    public void Text_that_is_none_is_refused_where_it_is_asked_for()
    {
        foreach (byte[] json in (byte[][])["[1, \"\\ud800\"]"u8.ToArray(), [.. "[1, \""u8, 0xFF, (byte)'"', (byte)']'], [.. "[1, \"\\n"u8, 0xC3, (byte)'"', (byte)']']])
            Refused.With(() => Read(json, 3), "expected it to be Unicode text, found other bytes, byte 4 of text");
        using JsonTokens skipped = new(new MemoryStream("[[\"\\ud800\"]]"u8.ToArray()), "text");
        skipped.MoveNext();
        skipped.MoveNext();
        skipped.Skip();
        Assert.That(skipped.MoveNext() && skipped.Type == JsonTokenType.EndArray);
    }

    [Test]
    public void A_string_without_end_is_an_error_not_an_allocation_without_end()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.json", "[\"first\", \"");
        using (FileStream stream = new(path, FileMode.Open, FileAccess.Write))
        {
            stream.Seek(0, SeekOrigin.End);
            byte[] letters = new byte[1 << 20];
            Array.Fill(letters, (byte)'x');
            for (int i = 0; i < 65; i++) stream.Write(letters);
        }
        using JsonTokens tokens = JsonTokens.Open(path);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Refused.With(
            () =>
            {
                while (tokens.MoveNext())
                {
                }
            }, $"strings below {JsonTokens.MaximumTokenBytes} bytes", "behind byte 8 of", path);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(3L * JsonTokens.MaximumTokenBytes));
    }

    private static List<(JsonTokenType, string)> Read(byte[] json, int step)
    {
        List<(JsonTokenType, string)> read = [];
        using JsonTokens tokens = new(new SlowStream(json, step), "text");
        while (tokens.MoveNext())
            read.Add((tokens.Type, tokens.Type is JsonTokenType.String or JsonTokenType.PropertyName or JsonTokenType.Number ? tokens.Text("it") : ""));
        return read;
    }

    private static List<(JsonTokenType, string)> Whole(string json)
    {
        List<(JsonTokenType, string)> read = [];
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json.TrimStart('\uFEFF')));
        while (reader.Read())
        {
            string text = reader.TokenType switch
            {
                JsonTokenType.String or JsonTokenType.PropertyName => reader.GetString()!,
                JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                _ => "",
            };
            read.Add((reader.TokenType, text));
        }
        return read;
    }

    /// <summary>Gives at most <c>step</c> bytes a read, as a pipe may.</summary>
    private sealed class SlowStream(byte[] content, int step) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, step));
    }
}
