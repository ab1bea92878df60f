using NUnit.Framework;
using QEngine.Tests.Support;
using QEngine.Training;

namespace QEngine.Tests.Training;

/// <summary>Training rows: columns, shared texts, and the one line that a bad file gives.</summary>
public sealed class TriplesFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Create() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void Rows_hold_a_query_a_positive_and_the_negatives()
    {
        List<TrainingTriple> rows = [.. TriplesFile.Read(_folder.Write("a.tsv", "\uFEFFq\tp\tn1\tn2\r\nr\té\rx\tn\tp"))];

        Assert.That(rows, Has.Count.EqualTo(2));
        Assert.That((rows[0].Query, rows[0].Positive), Is.EqualTo(("q", "p")));
        Assert.That(rows[0].Negatives, Is.EqualTo(new[] { "n1", "n2" }));
        Assert.That((rows[1].Query, rows[1].Positive), Is.EqualTo(("r", "é\rx")));
        Assert.That(rows[1].Negatives, Is.EqualTo(new[] { "n", "p" }));
    }

    [Test]
    public void Files_may_have_different_numbers_of_negatives_and_share_texts()
    {
        List<TrainingTriple> rows = [.. TriplesFile.Read(_folder.Write("a.tsv", "q\tp\n"), _folder.Write("b.tsv", "q\tx\tp\n"))];

        Assert.That(rows[0].Negatives, Is.Empty);
        Assert.That(rows[1].Negatives, Is.EqualTo(new[] { "p" }));
        Assert.That(rows[1].Query, Is.SameAs(rows[0].Query));
        Assert.That(rows[1].Negatives[0], Is.SameAs(rows[0].Positive));
    }

    [TestCase("", "expected training rows, found an empty file: @")]
    [TestCase("q\n", "expected at least 2 columns by tabs (query, positive, negatives), found 1, line 1 of @")]
    [TestCase("q\tp\n\n", "expected at least 2 columns by tabs (query, positive, negatives), found 1, line 2 of @")]
    [TestCase("q\tp\tn\nq\tp\n", "expected 3 columns as in the first row, found 2, line 2 of @")]
    [TestCase("q\tp\tn\nq\tp\tn\tm\n", "expected 3 columns as in the first row, found 4, line 2 of @")]
    [TestCase("q\tp\t\n", "expected a text in column 3, found an empty one, line 1 of @")]
    public void A_bad_file_is_named(string content, string problem)
    {
        string path = _folder.Write("a.tsv", content);

        Assert.That(() => TriplesFile.Read(path).Count(), Throws.TypeOf<QEngineException>().With.Message.EqualTo(problem.Replace("@", path)));
    }

    [Test]
    public void Invalid_utf8_and_missing_files_are_named()
    {
        string path = _folder.Write("a.tsv", [.. "q\tp\nq\t"u8, 0xFF]);

        Assert.That(
            () => TriplesFile.Read(path).Count(),
            Throws.TypeOf<QEngineException>().With.Message.EqualTo(
                "expected UTF-8 text, found byte 0xFF at byte 6, line 2 of " + path));
        Assert.That(
            () => TriplesFile.Read(_folder.Path("no")).Count(),
            Throws.TypeOf<QEngineException>().With.Message.Contains("expected a readable file"));
        Assert.That(() => TriplesFile.Read(), BadArgument.Named("paths", "at least one file"));
    }

    [Test]
    public void Rows_longer_than_any_buffer_are_read()
    {
        string[] texts = [.. new[] { 65533, 65534, 65535, 65536, 200_000, 3 }.Select(length => new string('x', length))];

        List<TrainingTriple> rows = [.. TriplesFile.Read(_folder.Write("a.tsv", string.Concat(texts.Select(text => $"q\t{text}\n"))))];

        Assert.That(rows.Select(row => row.Positive), Is.EqualTo(texts));
    }

    [Test]
    public void Real_triples_are_read_whole()
    {
        List<TrainingTriple> rows = [.. TriplesFile.Read(Shared.Path("data/msmarco/train_triples.tsv"))];

        Assert.That(rows, Has.Count.EqualTo(17_536));
        Assert.That(rows.All(row => row.Negatives.Count == 1), Is.True);
        // Queries repeat; each is in memory once.
        string[] queries = [.. rows.Select(row => row.Query)];
        Assert.That(queries.Distinct(ReferenceEqualityComparer.Instance).Count(), Is.EqualTo(queries.Distinct().Count()));
    }
}
