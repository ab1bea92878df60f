using System.Text;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Storage;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Cli;
using QEngine.Tools.Demo;
using QEngine.Tools.Demo.Docs;
using QEngine.Tools.Demo.Real;

namespace QEngine.Tests.Tools.Demo.Real;

/// <summary>The index that is searched while it grows, and the user's own queries.</summary>
public sealed class QuestionsTests : CommandFixture
{
    private ApiCorpus _corpus = null!;
    private MemberVectors _vectors = null!;
    private GrowingIndex _index = null!;

    [SetUp]
    public void MakeIndex()
    {
        SampleDocumentation.Write(In("docs"));
        _corpus = ApiCorpus.Load(ReferencePacks.In(In("docs")));
        QEngine.Models.SentenceEmbedder encoder = SmallEncoder.Create(_corpus);
        MemberText text = new(_corpus);
        _vectors = new MemberVectors(encoder, _corpus, [.. _corpus.Members.Select(text.WithoutSummary)]);
        _index = new GrowingIndex(In("index"), encoder, _corpus);
    }

    [Test]
    public void Members_are_found_as_soon_as_they_are_in()
    {
        int[] all = [.. Enumerable.Range(0, _corpus.Members.Count)];
        int later = Array.FindIndex(all, member => _corpus.Members[member].Summary == "Sorts the hidden stream at a given place of B.");
        Assert.That(later, Is.GreaterThan(100));
        string query = _corpus.Members[later].Summary;

        Add(all[..100]);
        DemoSearch before = _index.Search([query]).Single();
        string program = CommandLine.Run("search", "--index", In("index"), query, "--top", "200", "--json").Succeeded().Output;
        Add(all[100..]);
        DemoSearch after = _index.Search([query]).Single();
        _index.Complete();
        DemoSearch complete = _index.Search([query]).Single();

        Assert.That(before.Found.Select(found => found.Summary), Does.Not.Contain(query));
        Assert.That(program.Split("\"id\"").Length - 1, Is.EqualTo(100), "other programs find them too");
        Assert.That(after.Found[0].Summary, Is.EqualTo(query));
        Assert.That(complete.Found, Is.EqualTo(after.Found));
    }

    [Test]
    public void Queries_are_answered_until_an_empty_line()
    {
        Add([.. Enumerable.Range(0, _corpus.Members.Count)]);

        string answers = Ask("sorts the hidden stream\n\nopens the large folder\n"), unended = Ask("opens the large folder");

        Assert.That(answers, Does.StartWith("Ask in your words; an empty line ends.\n> "));
        Assert.That(answers, Does.Contain("sorts the hidden stream").And.Not.Contain("opens the large folder"));
        Assert.That(answers.Split("> ").Length - 1, Is.EqualTo(2), "the empty line was asked for");
        Assert.That(unended, Does.Contain("opens the large folder"));
    }

    private void Add(int[] members)
    {
        _vectors.Embed(members, new EmbeddingCounter(new Progress<EmbeddingProgress>(), null));
        _index.Add(members, _vectors.Whole(members));
    }

    private string Ask(string lines)
    {
        TextWriter output = Console.Out;
        using StringWriter written = new();
        try
        {
            Console.SetOut(written);
            using Utf8Lines input = new(new MemoryStream(Encoding.UTF8.GetBytes(lines)), "input");
            Questions.Answer(input, _index, new ResultWriter());
            return written.ToString();
        }
        finally
        {
            Console.SetOut(output);
        }
    }
}
