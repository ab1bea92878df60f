using NUnit.Framework;
using QEngine.Tools.Demo.Docs;

namespace QEngine.Tests.Tools.Demo;

public class DocTextTests
{
    [TestCase("Opens   a\n  file.", "Opens a file.")]
    [TestCase("Uses <see cref=\"M:A.Tool.Use(System.String)\" /> of a <see cref=\"T:A.Box`1\"/>.", "Uses Tool.Use of a Box<T>.")]
    [TestCase("See <see cref=\"T:A.Tool\">the tool</see>.", "See the tool.")]
    [TestCase("<see langword=\"true\" /> if <paramref name=\"x\" /> is a <typeparamref name=\"T\" />", "true if x is a T")]
    [TestCase("<para>One.</para><para>Two.</para>", "One. Two.")]
    [TestCase("Calls <c>a.b()</c>, <b>now</b> .", "Calls a.b(), now.")]
    [TestCase("Of .NET <code>skip me</code> and <code data-dev-comment-type=\"langword\">null</code>", "Of .NET and null")]
    [TestCase("<list type=\"bullet\"><item><description>First</description></item><item><term>Second</term></item></list>", "First Second")]
    [TestCase("At <see href=\"https://example.org\">this page</see> 2<sup>10</sup> a<br/>b", "At this page 2^10 a b")]
    [TestCase("Page <xref uid=\"A.Tool.Use%2A\" />", "Page Tool.Use")]
    [TestCase("<![CDATA[a < b]]> &amp; c", "a < b & c")]
    public void Elements_become_plain_text(string xml, string expected)
    {
        ApiCorpus corpus = DocFixture.Load($"<member name=\"T:A.Tool\"><summary>A tool.</summary></member><member name=\"M:A.Tool.Use\"><summary>{xml}</summary></member>");

        Assert.That(corpus.Members.Single(member => member.Kind == ApiKind.Method).Summary, Is.EqualTo(expected));
    }

    [TestCase("One two. Three four.", 12, "One two.")]
    [TestCase("One two three", 9, "One two")]
    [TestCase("Short", 9, "Short")]
    [TestCase("Unbroken", 3, "Unb")]
    public void Cut_ends_at_a_sentence_or_a_word(string text, int length, string expected) =>
        Assert.That(DocText.Cut(text, length), Is.EqualTo(expected));

    [TestCase("ReadAllLinesAsync", "read all lines async")]
    [TestCase("XMLReader", "xml reader")]
    [TestCase("IOException", "io exception")]
    [TestCase("IEnumerable<TKey>", "enumerable key")]
    [TestCase("Vector128", "vector128")]
    [TestCase("System.IO.File", "system io file")]
    [TestCase("HMACSHA3_384", "hmacsha3 384")]
    [TestCase("XDocument", "x document")]
    [TestCase("X", "x")]
    [TestCase("", "")]
    public void Names_split_into_words(string name, string expected) => Assert.That(NameWords.Split(name), Is.EqualTo(expected));

    [TestCase("Reads all lines of the file. The file is closed then.", "Reads all lines of the file.")]
    [TestCase("Deletes it. Nothing else.  More.", "Deletes it. Nothing else.")]
    [TestCase("Uses units, e.g. Metres or feet, for lengths. More.", "Uses units, e.g. Metres or feet, for lengths.")]
    public void Opening_is_a_sentence_or_two(string text, string expected) => Assert.That(Sentences.Opening(text), Is.EqualTo(expected));

    [TestCase("Asynchronously opens a text file and reads all lines.", true)]
    [TestCase("Gets or sets a value indicating whether the stream can seek backwards.", true)]
    [TestCase("Gets or sets a value.", false)]
    [TestCase("Initializes a new instance of the Tool class with a name and a size.", false)]
    [TestCase("__m128i _mm_insert_epi32 (__m128i a, int i, const int imm) PINSRD xmm", false)]
    [TestCase("Gets the name.", false)]
    public void Meaningful_queries_say_something(string text, bool expected) =>
        Assert.That(Sentences.IsMeaningful(text), Is.EqualTo(expected));
}
