using NUnit.Framework;
using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tests.Models;

namespace QEngine.Tests.Collections;

/// <summary>Indexes of vectors that come without a model, and vectors in place of texts.</summary>
public sealed class VectorIndexTests
{
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("qengine-vectors-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Documents_and_queries_come_with_their_vectors()
    {
        using (SearchIndex made = SearchIndex.CreateForVectors(In("x"), 2, Similarity.Cosine))
        {
            made.Add([With("a", "red", 1, 0), With("b", "blue", 0, 1), With("c", "", 1, 1)]);
            Assert.That(made.Embedder, Is.Null);
        }
        using SearchIndex index = SearchIndex.Open(In("x"));

        IReadOnlyList<SearchHit> hits = index.SearchAll([new SearchQuery("") { Vector = new float[] { 2, 0 } }], top: 2)[0];

        Assert.That(hits.Select(hit => (hit.Id, hit.Text)), Is.EqualTo(new[] { ("a", "red"), ("c", "") }));
        Assert.That(hits.Select(hit => hit.Score), Is.EqualTo(new[] { 1, Math.Sqrt(0.5) }).Within(1e-6));
    }

    [Test]
    public void With_a_model_some_may_bring_vectors_and_the_others_are_embedded()
    {
        var embedder = SmallModel.Create(SmallModel.Heads[1]);
        float[] vector = embedder.Embed("una a");
        using SearchIndex mixed = SearchIndex.Create(In("mixed"), embedder, CodeBits.Eight), plain = SearchIndex.Create(In("plain"), embedder);

        mixed.Add([new("a", "hello"), new Document("b", "una a") { Vector = vector }, new("c", "world")]);
        plain.Add([new("a", "hello"), new("b", "una a"), new("c", "world")]);
        SearchQuery[] queries = [new("una"), new("") { Vector = vector }];

        Assert.That(Shown(mixed), Is.EqualTo(Shown(plain)));
        Assert.That(mixed.SearchAll(queries)[1][0].Id, Is.EqualTo("b"));

        string Shown(SearchIndex index) => string.Join(';', index.SearchAll(queries).Select(hits => string.Join(' ', hits.Select(hit => $"{hit.Id} {hit.Score:R}"))));
    }

    [Test]
    public void What_does_not_fit_is_refused_and_nothing_changes()
    {
        using SearchIndex index = SearchIndex.CreateForVectors(In("x"), 2, Similarity.Fidelity);
        index.Add([With("a", "", 1, 0)]);

        Assert.That(() => index.Add([With("b", "", 1, 0, 3)]), Throws.ArgumentException.With.Message.Contains("2 numbers as the index has, found 3"));
        Assert.That(() => index.Add([With("b", "", 1, float.NaN)]), Throws.ArgumentException.With.Message.Contains("finite"));
        Assert.That(() => index.Add([new("b", "text")]), Throws.TypeOf<QEngineException>().With.Message.Contains("no model to embed texts"));
        Assert.That(() => index.Search("text"), Throws.TypeOf<QEngineException>().With.Message.Contains("no model to embed texts"));
        Assert.That(() => index.SearchAll([new SearchQuery("") { Vector = new float[3] }]), Throws.ArgumentException.With.Property("ParamName").EqualTo("queries"));
        Assert.That(() => SearchIndex.CreateForVectors(In("y"), 0, Similarity.Cosine), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(index.Count, Is.EqualTo(1));
    }

    private string In(string name) => Path.Combine(_folder, name);

    private static Document With(string id, string text, params float[] vector) => new(id, text) { Vector = vector };
}
