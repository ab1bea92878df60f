using System.Linq.Expressions;
using Microsoft.Extensions.VectorData;
using NUnit.Framework;
using QEngine.Hosting;
using QEngine.Tests.Support;

namespace QEngine.Tests.Hosting;

/// <summary>Filters of records, against the same expression compiled and applied to the records.</summary>
public sealed class VectorStoreFilterTests
{
    private const int Count = 60;

    private static readonly Note[] Notes = [.. Enumerable.Range(0, Count).Select(Note.Of)];

    private TemporaryFolder _folder = null!;
    private QEngineVectorStore _store = null!;
    private VectorStoreCollection<string, Note> _notes = null!;

    [OneTimeSetUp]
    public async Task Fill()
    {
        _folder = new TemporaryFolder();
        _store = SmallStore.Create(_folder.Path("store"));
        _notes = _store.GetCollection<string, Note>("notes");
        await _notes.EnsureCollectionExistsAsync();
        await _notes.UpsertAsync(Notes[..25]);
        await _notes.UpsertAsync(Notes[25..]);
    }

    [OneTimeTearDown]
    public void Close()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    public static IEnumerable<Expression<Func<Note, bool>>> Filters()
    {
        string language = "de";
        int year = 1999;
        var captured = new { Range = (Least: 1995, Most: 2001) };
        string? none = null;
        yield return note => note.Language == "de";
        yield return note => note.Language != language;
        yield return note => note.Language == null;
        yield return note => note.Language != none;
        yield return note => note.Year == year;
        yield return note => note.Year != 1999;
        yield return note => note.Year < year;
        yield return note => note.Year <= 1999;
        yield return note => note.Year > year;
        yield return note => 1999 >= note.Year;
        yield return note => 1999 < note.Year && note.Year < 2003;
        yield return note => year != note.Year;
        yield return note => note.Year >= captured.Range.Least && note.Year <= captured.Range.Most;
        yield return note => note.Year > 1999.5;
        yield return note => note.Pages > 20_000_000_000;
        yield return note => !(note.Pages > 20_000_000_000);
        yield return note => note.Pages == null || note.Pages == 7_000_000_000;
        yield return note => note.Pages != 7_000_000_000;
        yield return note => note.Volume <= -30;
        yield return note => note.Level >= 200 || note.Level == 3;
        yield return note => note.Weight > 2.1f;
        yield return note => note.Weight >= 2.1;
        yield return note => note.Price < 3;
        yield return note => note.Price <= 3 && note.Price >= 2.5;
        yield return note => note.Draft;
        yield return note => !note.Draft;
        yield return note => note.Draft == false;
        yield return note => note.Draft != true || note.Checked == true;
        yield return note => note.Checked == null;
        yield return note => note.Checked != false;
        yield return note => !(note.Language == "de" || note.Language == "fr") && !(note.Year < 1995 && !note.Draft);
        yield return note => true;
        yield return note => false;
    }

    [TestCaseSource(nameof(Filters))]
    public async Task A_filter_lets_through_what_it_does_in_CSharp(Expression<Func<Note, bool>> filter)
    {
        string[] expected = [.. Notes.Where(filter.Compile()).Select(note => note.Key)];

        Assert.That((await _notes.GetAsync(filter, Count).ToList()).Select(note => note.Key), Is.EqualTo(expected));
        VectorSearchOptions<Note> options = new() { Filter = filter };
        Assert.That((await _notes.SearchAsync("hello", Count, options).ToList()).Select(hit => hit.Record.Key), Is.EquivalentTo(expected));
        HybridSearchOptions<Note> hybrid = new() { Filter = filter };
        Assert.That((await ((IKeywordHybridSearchable<Note>)_notes).HybridSearchAsync("hello", ["mask"], Count, hybrid).ToList())
            .Select(hit => hit.Record.Key), Is.EquivalentTo(expected));
    }

    public static IEnumerable<TestCaseData> Refused()
    {
        long? none = null;
        double nan = double.NaN;
        yield return Case(note => note.Language!.StartsWith('d'), "StartsWith");
        yield return Case(note => new[] { "de", "fr" }.Contains(note.Language), "Contains");
        yield return Case(note => note.Year % 2 == 0, "%");
        yield return Case(note => (note.Year & 1) == 1, "&");
        yield return Case(note => note.Year == note.Volume, "Equal");
        yield return Case(note => (byte)note.Year == 7, "Convert");
        yield return Case(note => note.Draft ^ note.Year > 3, "ExclusiveOr");
        yield return Case(note => note.Draft & note.Year > 3, "And");
        yield return Case(note => note.Price > nan, "NaN");
        yield return Case(note => note.Price < double.PositiveInfinity, "Infinity");
        yield return Case(note => note.Body == "hello", "Body");
        yield return Case(note => note.Key == "n1", "Key");
        yield return Case(note => note.Embedding == "hello", "Embedding");
        yield return Case(note => note.Pages > none, "null");
        yield return Case(note => note.Draft ? note.Year > 3 : note.Year > 4, "Conditional");

        static TestCaseData Case(Expression<Func<Note, bool>> filter, string named) => new(filter, named);
    }

    [TestCaseSource(nameof(Refused))]
    public void Anything_else_is_refused_by_name(Expression<Func<Note, bool>> filter, string named)
    {
        Assert.That(() => _notes.GetAsync(filter, 1), Throws.TypeOf<NotSupportedException>().With.Message.Contains(named));
        Assert.That(() => _notes.SearchAsync("a", 1, new() { Filter = filter }), Throws.TypeOf<NotSupportedException>().With.Message.Contains(named));
    }

    [Test]
    public async Task Dictionaries_are_filtered_by_their_values()
    {
        VectorStoreCollectionDefinition definition = SmallStore.Definition(SmallStore.Dimension);
        using VectorStoreCollection<object, Dictionary<string, object?>> notes = _store.GetDynamicCollection("dictionaries", definition);
        await notes.EnsureCollectionExistsAsync();
        await notes.UpsertAsync(Notes.Select(note => new Dictionary<string, object?>
        {
            ["Key"] = note.Key,
            ["Body"] = note.Body,
            ["Year"] = note.Draft ? null : note.Year,
        }));
        int year = 1999;
        Expression<Func<Dictionary<string, object?>, bool>>[] filters =
        [
            note => (int?)note["Year"] >= year,
            note => (int?)note["Year"] == null,
            note => !((int?)note["Year"] == 1993) && (int?)note["Year"] < 1996,
        ];
        foreach (Expression<Func<Dictionary<string, object?>, bool>> filter in filters)
        {
            IEnumerable<string> expected = (await notes.GetAsync(_ => true, Count).ToList()).Where(filter.Compile()).Select(note => (string)note["Key"]!);
            Assert.That((await notes.GetAsync(filter, Count).ToList()).Select(note => note["Key"]), Is.EqualTo(expected).And.Not.Empty);
        }
        Assert.That(() => notes.GetAsync(note => (int?)note["Yaer"] == 3, 1), Throws.InstanceOf<Exception>().With.Message.Contains("Yaer"));
    }
}
