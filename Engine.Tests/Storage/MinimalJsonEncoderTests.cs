using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Storage;

namespace QEngine.Tests.Storage;

public sealed class MinimalJsonEncoderTests
{
    [TestCase("BT+bm25 <b>&'/`", "BT+bm25 <b>&'/`")]
    [TestCase("\u00DF\u00A0\u00AD\u0378\u4E2D\uE000\uFEFF\uFFFD\uFFFF", "\u00DF\u00A0\u00AD\u0378\u4E2D\uE000\uFEFF\uFFFD\uFFFF")]
    [TestCase("\U0001F600 \U0010FFFF\U000F0000", "\U0001F600 \U0010FFFF\U000F0000")]
    [TestCase("\"\\\b\t\n\f\r", "\\\"\\\\\\b\\t\\n\\f\\r")]
    [TestCase("\0\u0001\u001F\u007F\u0085\u009B\u2028\u2029", "\\u0000\\u0001\\u001F\\u007F\\u0085\\u009B\\u2028\\u2029")]
    [TestCase("", "")]
    public void Only_what_has_to_be_is_escaped(string text, string expected)
    {
        Assert.That(Written(text), Is.EqualTo($"\"{expected}\""));
        Assert.That(JsonDocument.Parse(Written(text)).RootElement.GetString(), Is.EqualTo(text));
    }

    // As strings here, since a test's name cannot hold them.
    [Test]
    public void Unpaired_surrogates_are_replaced()
    {
        foreach ((string text, string expected) in new[] { ("\ud83d", "\uFFFD"), ("\ude00", "\uFFFD"), ("a\ud83db\"", "a\uFFFDb\\\""), ("\ude00\ud83d", "\uFFFD\uFFFD"), ("\ud83d\ud83d\ude00", "\uFFFD\U0001F600"), ("\U0001F600\ud83d", "\U0001F600\uFFFD") })
            Assert.That(Written(text), Is.EqualTo($"\"{expected}\""), expected);
    }

    [Test]
    public void Every_character_is_read_back_alone_and_in_a_name()
    {
        for (int scalar = 0; scalar <= 0x10FFFF; scalar += scalar < 0x3000 || scalar is > 0xFF00 and < 0x10100 ? 1 : 97)
        {
            if (!Rune.IsValid(scalar)) continue;
            string text = $"a{new Rune(scalar)}z";
            ArrayBufferWriter<byte> buffer = new();
            using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = MinimalJsonEncoder.Instance }))
            {
                json.WriteStartObject();
                json.WriteString(text, text);
                json.WriteString(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(text));
                json.WriteEndObject();
            }
            string written = Encoding.UTF8.GetString(buffer.WrittenSpan);
            using JsonDocument document = JsonDocument.Parse(written);
            foreach (JsonProperty member in document.RootElement.EnumerateObject()) Assert.That((member.Name, member.Value.GetString()), Is.EqualTo((text, text)), $"U+{scalar:X4}");
            Assert.That(document.RootElement.EnumerateObject().Count(), Is.EqualTo(2));
        }
    }

    [Test]
    public void Long_texts_are_escaped_across_the_writers_blocks()
    {
        string text = string.Concat(Enumerable.Repeat("x\U0001F600\"", 10_000));

        Assert.That(Written(text), Is.EqualTo($"\"{text.Replace("\"", "\\\"")}\""));
    }

    [Test]
    public void It_escapes_no_more_than_the_relaxed_encoder_of_the_runtime()
    {
        for (int scalar = 0; scalar < 0x30000; scalar++)
            if (Rune.IsValid(scalar) && MinimalJsonEncoder.Instance.WillEncode(scalar)) Assert.That(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.WillEncode(scalar), Is.True, $"U+{scalar:X4}");
    }

    private static string Written(string text)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = MinimalJsonEncoder.Instance })) json.WriteStringValue(text);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
