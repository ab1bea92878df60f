using System.Buffers.Binary;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tests.Storage;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Collections;

/// <summary>lexical.bin: what was written is read, and nothing that a file says of itself is believed.</summary>
public sealed class LexicalFileTests
{
    private static readonly string[] Texts = ["a cat", "", "the cats and the car", "THE END of the caf\u00e9", "a a a"];

    [Property(MaxTest = 100)]
    public bool Every_word_and_every_stem_is_found_where_it_is_and_nowhere_else(string[] texts, byte partPostings)
    {
        using TemporaryFolder folder = new();
        string[] all = [.. texts.Select(text => text ?? ""), .. Texts];
        SegmentLexical written = Write(folder, all, 1 + (partPostings % 12));
        using LexicalFile file = written.Open(folder.Path(""), [])!;
        if (file.Parts.Sum(part => part.Documents) != all.Length) return false;
        foreach (bool stems in (bool[])[false, true])
        {
            string[][] words = [.. all.Select(text => WordsOf(text, stems))];
            foreach (string word in words.SelectMany(row => row).Append("zebra").Distinct())
            {
                (int Row, int Frequency)[] expected =
                    [.. words.Select((row, i) => (i, row.Count(other => other == word))).Where(posting => posting.Item2 > 0)];
                if (!Postings(file, word, stems).SequenceEqual(expected)) return false;
            }
        }
        return true;
    }

    [Test]
    public void A_part_is_its_numbers_in_the_order_that_is_documented()
    {
        using TemporaryFolder folder = new();
        SegmentLexical written = Write(folder, ["cats cat cats", "", "cat"], 100);

        Assert.That(written.Parts, Is.EqualTo(new[] { new LexicalPartLayout(3, 2, 7, 8) }));
        Assert.That(File.ReadAllBytes(folder.Path("lexical.bin")), Is.EqualTo((byte[])
        [
            3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, // words of the documents
            3, 0, 0, 0, 7, 0, 0, 0, // ends of words
            4, 0, 0, 0, 8, 0, 0, 0, // ends of posting lists
            0, 0, 0, 0, 1, 0, 0, 0, // "cat" and "cats" by their stem
            .. "catcats"u8,
            2, 1, 0, 0b10, // two documents, gaps of one bit and frequencies of none: 0 and then 1
            1, 0, 1, 0b1, // one document: row 0, once more than once
        ]));
    }

    [Test]
    public void A_file_under_changes_of_every_kind_whose_checksum_was_made_to_fit()
    {
        using TemporaryFolder folder = new();
        SegmentLexical written = Write(folder, Texts, 4);
        string path = folder.Path("lexical.bin");
        Assert.That(written.Parts, Has.Count.EqualTo(3));
        void Read()
        {
            using LexicalFile file = (written with { Checksums = BlockChecksums.Compute(path) }).Open(folder.Path(""), [])!;
            foreach (string word in (string[])["a", "cat", "cats", "the", "end", "caf\u00e9"])
                foreach (bool stems in (bool[])[false, true])
                    Postings(file, word, stems);
        }
        Attack attack = new(path, Read, multiple: 30);

        attack.Truncations();
        attack.FlippedBits();
        attack.RandomChanges(seed: 7, rounds: 1000);
        Assert.That(attack.Refused, Is.GreaterThan(500));
    }

    // Three documents, the words "cat" and "cats": see the bytes above.
    [TestCase(12, 4, "expected words one after another in 7 bytes, found that of term 1 from 4 to 3")]
    [TestCase(16, 8, "expected words one after another in 7 bytes, found that of term 1 from 3 to 8")]
    [TestCase(20, -1, "expected posting lists one after another in 8 bytes, found that of term 0 from 0 to -1")]
    [TestCase(28, 2, "expected terms below 2, found 2")]
    public void Numbers_that_lie_are_named(int at, int number, string message)
    {
        using TemporaryFolder folder = new();
        SegmentLexical written = Write(folder, ["cats cat cats", "", "cat"], 100);
        byte[] bytes = File.ReadAllBytes(folder.Path("lexical.bin"));
        if (at == 12) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 3);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), number);
        Refuses(folder, written, bytes, message);
    }

    [TestCase(new byte[] { 0, 1, 0, 2 }, "posting lists of 1 to 3 documents, found one of 0")]
    [TestCase(new byte[] { 4, 1, 0, 2 }, "posting lists of 1 to 3 documents, found one of 4")]
    [TestCase(new byte[] { 0x82, 0x80, 0x80, 0x80 }, "posting lists of 1 to 3 documents, found one of 0")]
    [TestCase(new byte[] { 2, 2, 0, 8 }, "expected rows below 3, found 3 in the list of term 0")]
    [TestCase(new byte[] { 2, 31, 0, 2 }, "expected whole blocks of postings, found another in the list of term 0")]
    [TestCase(new byte[] { 2, 32, 0, 2 }, "expected whole blocks of postings, found another in the list of term 0")]
    [TestCase(new byte[] { 2, 1, 31, 2 }, "expected whole blocks of postings, found another in the list of term 0")]
    [TestCase(new byte[] { 1, 0, 0, 2 }, "expected a posting list of 3 bytes for term 0, found one of 4")]
    public void Posting_lists_that_lie_are_named(byte[] list, string message)
    {
        using TemporaryFolder folder = new();
        SegmentLexical written = Write(folder, ["cats cat cats", "", "cat"], 100);
        byte[] bytes = File.ReadAllBytes(folder.Path("lexical.bin"));
        list.CopyTo(bytes.AsSpan(bytes.Length - 8));
        Refuses(folder, written, bytes, message);
    }

    [TestCase("[{}]", "expected the member \"documents\"")]
    [TestCase("""[{"documents":4,"terms":2,"text_bytes":7,"posting_bytes":8}]""", "expected lexical parts of 3 documents in 51 bytes, found 4 documents in 55 bytes")]
    [TestCase("""[{"documents":3,"terms":2147483647,"text_bytes":2147483647,"posting_bytes":2147483647}]""", "found 3 documents in 30064771070 bytes")]
    [TestCase("""[{"documents":3,"terms":-1,"text_bytes":7,"posting_bytes":6}]""", "expected a whole number from 0")]
    [TestCase("[]", "found 0 documents in 0 bytes")]
    public void Sizes_that_lie_are_named_before_anything_is_made_of_them(string parts, string message)
    {
        string json = $$"""{"parts":{{parts}},"bytes":51,"crc32c":["00000000"]}""";
        using JsonDocument document = JsonDocument.Parse(json);
        Refused.With(() => SegmentLexical.Read(new JsonCursor(document.RootElement, "lexical", "segment.json"), 3), message);
    }

    private static void Refuses(TemporaryFolder folder, SegmentLexical written, byte[] bytes, string message)
    {
        folder.Write("lexical.bin", bytes);
        using LexicalFile file = (written with { Checksums = BlockChecksums.Compute(folder.Path("lexical.bin")) }).Open(folder.Path(""), [])!;
        Assert.That(
            () =>
            {
                foreach (string word in (string[])["cat", "cats"]) Postings(file, word, stems: false);
                Postings(file, "cat", stems: true);
            },
            Throws.TypeOf<QEngineException>().With.Message.Contains(message).And.Message.Contains("lexical.bin"));
    }

    private static SegmentLexical Write(TemporaryFolder folder, string[] texts, int partPostings)
    {
        using SegmentLexicalWriter writer = new(folder.Path(""), partPostings);
        foreach (string text in texts) writer.Add(text);
        return writer.Complete();
    }

    private static (int Row, int Frequency)[] Postings(LexicalFile file, string word, bool stems)
    {
        WordPostings postings = new();
        List<(int, int)> all = [];
        foreach (LexicalPart part in file.Parts)
        {
            postings.Read(part, word, stems);
            int[] rows = postings.Rows.ToArray(), frequencies = postings.Frequencies.ToArray();
            Assert.That(postings.Count(part, word, stems, null), Is.EqualTo(rows.Length));
            for (int i = 0; i < rows.Length; i++) all.Add((part.FirstRow + rows[i], frequencies[i]));
        }
        return [.. all];
    }

    private static string[] WordsOf(string text, bool stems)
    {
        WordAnalyzer analyzer = new(stems);
        List<string> words = [];
        analyzer.Start(text);
        while (analyzer.TryNext(out ReadOnlySpan<char> word)) words.Add(new string(word));
        return [.. words];
    }
}
