using NUnit.Framework;
using QEngine.Tests.Support;
using QEngine.Training;

namespace QEngine.Tests.Training;

public sealed class VectorPairsFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Create() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void Row_numbers_and_scores_are_read()
    {
        string path = _folder.Write("a.tsv", "\uFEFF0\t2\t4.5\r\n\n1\t0\t-1e-3\n2\t1\t0");

        Assert.That(VectorPairsFile.Read(path, 3), Is.EqualTo(new VectorPair[] { new(0, 2, 4.5), new(1, 0, -1e-3), new(2, 1, 0) }));
    }

    [Test]
    public void Names_stand_for_rows()
    {
        IReadOnlyDictionary<string, int> names = VectorPairsFile.ReadNames(_folder.Write("ids.txt", "red car\n7\né\n"), 3);
        string path = _folder.Write("a.tsv", "é\tred car\t1\n7\té\t0\n");

        Assert.That(VectorPairsFile.Read(path, 3, names), Is.EqualTo(new VectorPair[] { new(2, 0, 1), new(1, 2, 0) }));
    }

    [TestCase("", "expected pairs, found an empty file: @")]
    [TestCase("\n\n", "expected pairs, found an empty file: @")]
    [TestCase("0\t1\n", "expected 3 columns by tabs (id, id, score), found 2, line 1 of @")]
    [TestCase("0\t1\t1\n0 1 1\n", "expected 3 columns by tabs (id, id, score), found 1, line 2 of @")]
    [TestCase("0\t1\t1\t2\n", "expected 3 columns by tabs (id, id, score), found more, line 1 of @")]
    [TestCase("0\t3\t1\n", "expected a row number from 0 to 2, found \"3\", line 1 of @")]
    [TestCase("-1\t2\t1\n", "expected a row number from 0 to 2, found \"-1\", line 1 of @")]
    [TestCase("99999999999\t2\t1\n", "expected a row number from 0 to 2, found \"99999999999\", line 1 of @")]
    [TestCase("0\t\t1\n", "expected a row number from 0 to 2, found \"\", line 1 of @")]
    [TestCase("0\ta\u0007\t1\n", "expected a row number from 0 to 2, found \"a\\u0007\", line 1 of @")]
    [TestCase("1\t1\t1\n", "expected two different ids, found \"1\" and \"1\", line 1 of @")]
    [TestCase("1\t01\t1\n", "expected two different ids, found \"1\" and \"01\", line 1 of @")]
    [TestCase("0\t1\tNaN\n", "expected a finite number as score, found \"NaN\", line 1 of @")]
    [TestCase("0\t1\t1e39\n", "expected a finite number as score, found \"1e39\", line 1 of @")]
    [TestCase("0\t1\t1e999\n", "expected a finite number as score, found \"1e999\", line 1 of @")]
    [TestCase("0\t1\t\n", "expected a finite number as score, found \"\", line 1 of @")]
    [TestCase("0\t1\t1,5\n", "expected a finite number as score, found \"1,5\", line 1 of @")]
    public void A_bad_file_is_named(string content, string problem)
    {
        string path = _folder.Write("a.tsv", content);

        Assert.That(() => VectorPairsFile.Read(path, 3), Throws.TypeOf<QEngineException>().With.Message.EqualTo(problem.Replace("@", path)));
    }

    [Test]
    public void An_unknown_name_is_named()
    {
        IReadOnlyDictionary<string, int> names = VectorPairsFile.ReadNames(_folder.Write("ids.txt", "a\nb\n"), 2);
        string path = _folder.Write("a.tsv", "a\tb\t1\nb\tc\t1\n");

        Assert.That(() => VectorPairsFile.Read(path, 2, names), Throws.TypeOf<QEngineException>().With.Message.EqualTo($"expected an id of the vectors, found \"c\", line 2 of {path}"));
    }

    [TestCase("a\nb\n", "expected 3 ids, one for each vector, found 2 in @")]
    [TestCase("", "expected 3 ids, one for each vector, found 0 in @")]
    [TestCase("a\nb\nc\nd\n", "expected 3 ids, one for each vector, found more, line 4 of @")]
    [TestCase("a\nb\na\n", "expected each id once, found \"a\" again, line 3 of @")]
    [TestCase("a\n \nc\n", "expected an id, found an empty line, line 2 of @")]
    public void Names_that_do_not_fit_are_refused(string content, string problem)
    {
        string path = _folder.Write("ids.txt", content);

        Assert.That(() => VectorPairsFile.ReadNames(path, 3), Throws.TypeOf<QEngineException>().With.Message.EqualTo(problem.Replace("@", path)));
    }
}
