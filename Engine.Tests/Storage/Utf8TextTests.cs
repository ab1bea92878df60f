using System.Text;
using FsCheck;
using NUnit.Framework;
using QEngine.Storage;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Storage;

public sealed class Utf8TextTests
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    [Test]
    public void Text_is_read_without_its_byte_order_mark()
    {
        using TemporaryFolder folder = new();

        Assert.That(Utf8Text.ReadAllText(folder.Write("a", [.. Mark, .. "é\n"u8])), Is.EqualTo("é\n"));
        Assert.That(Utf8Text.ReadAllBytes(folder.Write("b", "x"u8.ToArray())).ToArray(), Is.EqualTo("x"u8.ToArray()));
        Assert.That(Utf8Text.ReadAllText(folder.Write("c", [])), Is.Empty);
    }

    [Test]
    public void Invalid_bytes_are_named_with_position_and_line()
    {
        using TemporaryFolder folder = new();

        Refused.With(() => Utf8Text.ReadAllText(folder.Write("a.txt", [.. "ab\ncé"u8, 0xFF, .. "d"u8])), "0xFF", "byte 6", "line 2", "a.txt");
        Refused.With(() => Utf8Text.ReadAllText(folder.Write("b.txt", [.. "ab"u8, 0xC3])), "0xC3", "byte 2", "line 1");
        Refused.With(() => Utf8Text.ReadAllText(folder.Write("c.txt", [0xED, 0xA0, 0x80])), "0xED", "byte 0");
    }

    [Test]
    public void A_missing_file_and_a_folder_are_refused()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Path("sub"));

        Refused.With(() => Utf8Text.ReadAllText(folder.Path("none.txt")), "no such file", "none.txt");
        Refused.With(() => Utf8Text.ReadAllText(folder.Path("no/ne.txt")), "no such folder");
        Refused.With(() => Utf8Text.ReadAllText(folder.Path("sub")), "a folder of that name");
        Refused.With(() => Utf8Lines.Open(folder.Path("sub")), "a folder of that name");
        Refused.With(() => Utf8Lines.Open(folder.Path("none.txt")), "no such file");
    }

    [TestCase("", new string[0])]
    [TestCase("\n", new[] { "" })]
    [TestCase("a", new[] { "a" })]
    [TestCase("a\nb\n", new[] { "a", "b" })]
    [TestCase("a\r\nb\r\n", new[] { "a", "b" })]
    [TestCase("a\r\n\r\n\nb", new[] { "a", "", "", "b" })]
    [TestCase("a\r\r\nb\rc\n\r", new[] { "a\r", "b\rc", "\r" })]
    [TestCase("\ufeffa\n\ufeffb", new[] { "a", "\ufeffb" })]
    [TestCase("\ufeff", new string[0])]
    public void Lines_end_at_line_feeds(string text, string[] expected)
    {
        Assert.That(Lines(Encoding.UTF8.GetBytes(text), step: 1000), Is.EqualTo(expected));
        Assert.That(Lines(Encoding.UTF8.GetBytes(text), step: 1), Is.EqualTo(expected), "read byte by byte");
    }

    [Property]
    public void Lines_joined_again_are_the_text(int[] lengths, PositiveInt step)
    {
        List<string> lines = [];
        foreach (int length in lengths) lines.Add(string.Concat(Enumerable.Repeat("é€x", Math.Abs(length % 20_000))));
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

        Assert.That(Lines(bytes, step.Get * 997), Is.EqualTo(lines));
    }

    [Test]
    public void Invalid_bytes_are_named_with_file_position_and_line()
    {
        byte[] content = [.. Mark, .. "one\r\ntwo\nthr"u8, 0x80, .. "ee\n"u8];
        using Utf8Lines lines = new(new MemoryStream(content), "corpus.txt");

        Assert.That(lines.MoveNext() && lines.MoveNext(), Is.True);
        Assert.That(lines.Where, Is.EqualTo("line 2 of corpus.txt"));

        Refused.With(() => lines.MoveNext(), "0x80", "byte 15", "line 3 of corpus.txt");
    }

    [Test]
    public void A_sequence_cut_by_a_line_end_is_refused()
    {
        using Utf8Lines lines = new(new MemoryStream([0xE2, 0x82, 10, 0xAC]), "cut.txt");

        Refused.With(() => lines.MoveNext(), "0xE2", "byte 0", "line 1");
    }

    [Test]
    public void A_line_without_end_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.txt", "first\n");
        using (FileStream stream = new(path, FileMode.Open, FileAccess.Write)) stream.SetLength(1L << 33);
        using Utf8Lines lines = Utf8Lines.Open(path);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.That(lines.MoveNext() && lines.Text == "first");
        Refused.With(() => lines.MoveNext(), $"lines below {Utf8Lines.MaximumLineBytes} bytes", "line 2", path);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(3L * Utf8Lines.MaximumLineBytes));
    }

    private static List<string> Lines(byte[] content, int step)
    {
        List<string> lines = [];
        using Utf8Lines reader = new(new SlowStream(content, step), "text");
        while (reader.MoveNext())
        {
            lines.Add(reader.Text);
            Assert.That(reader.Number, Is.EqualTo(lines.Count));
        }
        Assert.That(reader.MoveNext(), Is.False, "the end stays the end");
        return lines;
    }

    /// <summary>Gives at most <c>step</c> bytes a read, as a pipe may.</summary>
    private sealed class SlowStream(byte[] content, int step) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, step));
    }
}
