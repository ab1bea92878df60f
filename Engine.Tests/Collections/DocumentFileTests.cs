using NUnit.Framework;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tests.Support;

namespace QEngine.Tests.Collections;

/// <summary>Documents with metadata out of files of texts.</summary>
public sealed class DocumentFileTests
{
    [Test]
    public void What_stands_beside_id_and_text_is_metadata()
    {
        (Document document, LeftOutMembers leftOut) = Read(
            """{"_id": "a", "title": "T", "text": "x", "lang": "en", "year": 2020, "pi": 3.25, "open": true, "shut": false, "nothing": null}""");

        Assert.That((document.Id, document.Text), Is.EqualTo(("a", "T x")));
        Assert.That(document.Metadata, Is.EquivalentTo(new Dictionary<string, MetadataValue> { ["lang"] = "en", ["year"] = 2020, ["pi"] = 3.25, ["open"] = true, ["shut"] = false }));
        Assert.That(leftOut.Count, Is.Zero);
    }

    [TestCase("""{"_id": "a", "text": "x", "metadata": {"year": 1, "url": "u"}, "year": 2}""")]
    [TestCase("""{"year": 2, "_id": "a", "text": "x", "metadata": {"year": 1, "url": "u", "none": null}}""")]
    public void Members_of_metadata_are_taken_and_those_beside_it_go_before(string line)
    {
        Assert.That(Read(line).Document.Metadata, Is.EquivalentTo(new Dictionary<string, MetadataValue> { ["year"] = 2, ["url"] = "u" }));
    }

    [Test]
    public void Metadata_that_is_no_object_is_a_member_like_others()
    {
        Assert.That(Read("""{"id": 7, "contents": "x", "metadata": "m"}""").Document.Metadata, Is.EquivalentTo(new Dictionary<string, MetadataValue> { ["metadata"] = "m" }));
    }

    [Test]
    public void What_metadata_cannot_hold_is_left_out_and_counted()
    {
        (Document document, LeftOutMembers leftOut) = Read(
            """{"_id": "a", "text": "x", "tags": ["p"], "deep": {"q": 1}, "huge": 1e999, "metadata": {"tags": [], "inner": {}, "kept": 1}}""");

        Assert.That(document.Metadata.Keys, Is.EqualTo(new[] { "kept" }));
        Assert.That(leftOut.Count, Is.EqualTo(5));
        Assert.That(leftOut.Names(), Does.Contain("deep").And.Contain("huge").And.Contain("inner").And.EndsWith(" and others"));
    }

    [Test]
    public void An_unpaired_surrogate_is_an_error_with_its_line()
    {
        QEngineException error = Assert.Throws<QEngineException>(() => Read("""{"_id": "a", "text": "x", "note": "\ud800"}"""))!;

        Assert.That(error.Message, Does.Contain("note").And.Contain("unpaired surrogate").And.Contain("line 1 of "));
    }

    [TestCase("in.tsv", "a\tx\n")]
    [TestCase("in.txt", "x\n")]
    public void Other_formats_have_none(string name, string content)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.Path(name), content);

        Document document = DocumentFile.Read(folder.Path(name), IdTextFile.FormatOf(name)!.Value, new LeftOutMembers()).Single();

        Assert.That((document.Text, document.Metadata.Count), Is.EqualTo(("x", 0)));
    }

    private static (Document Document, LeftOutMembers LeftOut) Read(string line)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.Path("in.jsonl"), line + "\n");
        LeftOutMembers leftOut = new();
        return (DocumentFile.Read(folder.Path("in.jsonl"), IdTextFormat.Jsonl, leftOut).Single(), leftOut);
    }
}
