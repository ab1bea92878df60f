using System.Net;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Serving;

namespace QEngine.Tests.Tools.Serving;

/// <summary><c>/v1/search</c> over a real socket: what <see cref="SearchIndex"/> finds.</summary>
public sealed class SearchApiTests : CommandFixture
{
    private static readonly string[] Colours = ["red", "green", "blue"];

    private string Index(string model)
    {
        using SearchIndex index = SearchIndex.Create(In("passages.index"), ModelFolder.Load(model));
        index.Add(Enumerable.Range(0, 30).Select(i => new Document($"d{i}", $"{Colours[i % 3]} {(i % 2 == 0 ? "car" : "tree")} {string.Concat(Enumerable.Repeat("old ", i % 5))}")
        {
            Metadata = new Dictionary<string, MetadataValue> { ["year"] = 2000 + i, ["colour"] = Colours[i % 3], ["even"] = i % 2 == 0 },
        }));
        return In("passages.index");
    }

    [Test]
    public async Task Hits_are_those_of_the_index([Values] bool quantum, [Values(null, "rrf", "weighted")] string? hybrid)
    {
        string folder = Index(quantum ? Quantum : Linear);
        await using TestServer server = TestServer.Start(index: folder);
        Fusion? fusion = hybrid switch { "rrf" => new ReciprocalRankFusion(), "weighted" => new WeightedFusion(0.5), _ => null };
        IReadOnlyList<SearchHit> expected = server.Model.Index!.Search("red car", 5, new SearchOptions { Hybrid = fusion });

        Reply posted = await server.Post("/v1/search", $$"""{"query": "red car", "top": 5, "hybrid": {{JsonSerializer.Serialize(hybrid)}}}""");
        Reply got = await server.Get($"/v1/search?q=red%20car&top=5&hybrid={hybrid}");

        Assert.That(got.Body, Is.EqualTo(posted.Body));
        Assert.That(posted.Json.GetProperty("scores").GetString(), Is.EqualTo(hybrid ?? (quantum ? "fidelity" : "cosine")));
        Assert.That(posted.Json.GetProperty("documents").GetInt32(), Is.EqualTo(30));
        JsonElement[] results = [.. posted.Json.GetProperty("results").EnumerateArray()];
        Assert.That(results, Has.Length.EqualTo(expected.Count));
        bool isFidelity = quantum && hybrid is null;
        for (int i = 0; i < results.Length; i++)
        {
            Assert.That(results[i].GetProperty("rank").GetInt32(), Is.EqualTo(i + 1));
            Assert.That(results[i].GetProperty("id").GetString(), Is.EqualTo(expected[i].Id));
            Assert.That(results[i].GetProperty("text").GetString(), Is.EqualTo(expected[i].Text));
            Assert.That(results[i].GetProperty(isFidelity ? "log_fidelity" : "score").GetSingle(), Is.EqualTo(expected[i].Score));
            if (isFidelity) Assert.That(results[i].GetProperty("score").GetDouble(), Is.EqualTo(Math.Exp(expected[i].Score)));
            Assert.That(results[i].GetProperty("metadata").GetProperty("year").GetDouble(), Is.EqualTo(expected[i].Metadata["year"].AsNumber()));
            Assert.That(results[i].GetProperty("metadata").GetProperty("even").GetBoolean(), Is.EqualTo(expected[i].Metadata["even"].AsBoolean()));
        }
    }

    [TestCase("""{"colour": "red"}""", "colour", "red")]
    [TestCase("""{"even": true}""", "even", "true")]
    [TestCase("""{"year": 2007}""", "year", "2007")]
    [TestCase("""{"year": {"gte": 2007, "lte": 2007}, "colour": "green"}""", "year", "2007")]
    public async Task Filters_are_values_and_ranges(string filter, string field, string value)
    {
        await using TestServer server = TestServer.Start(index: Index(Linear));

        Reply reply = await server.Post("/v1/search", $$"""{"query": "red", "top": 1000, "filter": {{filter}}}""");

        string[] found = [.. reply.Json.GetProperty("results").EnumerateArray().Select(hit => hit.GetProperty("metadata").GetProperty(field).ToString().ToLowerInvariant())];
        Assert.That(found, Is.Not.Empty.And.All.EqualTo(value));
        Assert.That(found, Has.Length.EqualTo(field switch { "colour" => 10, "even" => 15, _ => 1 }));
    }

    [Test]
    public async Task Many_clients_get_what_one_gets()
    {
        await using TestServer server = TestServer.Start(index: Index(Quantum));
        string[] queries = [.. Enumerable.Range(0, 64).Select(i => $"{Colours[i % 3]} {(i % 5 == 0 ? "car" : "sky")} {(i % 7 == 0 ? "fast" : "old")}")];
        string[] alone = new string[queries.Length];
        for (int i = 0; i < queries.Length; i++) alone[i] = (await server.Get(Address(i))).Body;

        Reply[] together = await Task.WhenAll(queries.Select((_, i) => server.Get(Address(i))));

        Assert.That(together.Select(reply => reply.Body), Is.EqualTo(alone));

        string Address(int i) => $"/v1/search?q={Uri.EscapeDataString(queries[i])}&top={5 + (i % 2)}{(i % 4 == 0 ? "&hybrid=rrf" : "")}";
    }

    [Test]
    public async Task What_is_added_meanwhile_is_found()
    {
        string folder = Index(Linear);
        await using TestServer server = TestServer.Start(index: folder);
        using (SearchIndex index = SearchIndex.Open(folder)) index.Add([new Document("new", "sky sky sky")]);

        string best = "";
        for (int i = 0; i < 100 && best != "new"; i++)
        {
            best = (await server.Get("/v1/search?q=sky%20sky%20sky&top=1")).Json.GetProperty("results")[0].GetProperty("id").GetString()!;
            if (best != "new") await Task.Delay(100);
        }

        Assert.That(best, Is.EqualTo("new"));
        Assert.That(server.Warnings, Is.Empty);
    }

    [Test]
    public async Task An_index_of_vectors_alone_is_searched_with_a_model()
    {
        CommandLine.Run("embed", "--model", Linear, "--input", Write("texts.txt", "red car\ngreen tree\nblue sky\n"), "--output", In("x.npy")).Succeeded();
        CommandLine.Run("index", "--embeddings", In("x.npy"), "--ids", Write("ids.txt", "a\nb\nc\n"), "--output", In("vectors")).Succeeded();
        await using TestServer server = TestServer.Start(Linear, In("vectors"));

        Reply found = await server.Get("/v1/search?q=green%20tree&top=1"), hybrid = await server.Get("/v1/search?q=green&hybrid=rrf");

        Assert.That(found.Json.GetProperty("results")[0].GetProperty("id").GetString(), Is.EqualTo("b"));
        Assert.That(found.Json.GetProperty("results")[0].GetProperty("score").GetSingle(), Is.EqualTo(1).Within(1e-6));
        Assert.That(hybrid.Error.GetProperty("param").GetString(), Is.EqualTo("hybrid"));
    }

    [TestCase("{}", "query", "expected a query in 'query', found none")]
    [TestCase("""{"query": "  "}""", "query", "found none")]
    [TestCase("""{"query": 1}""", "query", "found a number")]
    [TestCase("""{"query": "a", "top": 0}""", "top", "from 1 to 1000, found 0")]
    [TestCase("""{"query": "a", "top": 1001}""", "top", "from 1 to 1000, found 1001")]
    [TestCase("""{"query": "a", "hybrid": "both"}""", "hybrid", "rrf or weighted, found 'both'")]
    [TestCase("""{"query": "a", "hybrid": true}""", "hybrid", "found a boolean")]
    [TestCase("""{"query": "a", "filter": "year"}""", "filter", "found a string")]
    [TestCase("""{"query": "a", "filter": {"year": null}}""", "filter.year", "found null")]
    [TestCase("""{"query": "a", "filter": {"year": [1]}}""", "filter.year", "found an array")]
    [TestCase("""{"query": "a", "filter": {"year": {"gt": 1}}}""", "filter.year", "found 'gt'")]
    [TestCase("""{"query": "a", "filter": {"year": {"gte": "1"}}}""", "filter.year.gte", "found a string")]
    [TestCase("""{"query": "a", "filter": {"year": {"gte": 2, "lte": 1}}}""", "filter.year", "found a larger one")]
    [TestCase("""{"query": "a", "filter": {"year": 1e999}}""", "filter.year", "expected a number")]
    public async Task What_is_wrong_is_told(string body, string parameter, string message)
    {
        await using TestServer server = TestServer.Start(index: Index(Linear));

        Reply reply = await server.Post("/v1/search", body);

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest), reply.Body);
        Assert.That(reply.Error.GetProperty("param").GetString(), Is.EqualTo(parameter));
        Assert.That(reply.Error.GetProperty("message").GetString(), Does.Contain(message));
    }

    [TestCase("q=&top=5", "q")]
    [TestCase("top=5", "q")]
    [TestCase("q=a&top=x", "top")]
    [TestCase("q=a&top=-1", "top")]
    [TestCase("q=a&hybrid=1", "hybrid")]
    [TestCase("q=a&q=b", "q")]
    [TestCase("q=a&top=1&top=2", "top")]
    [TestCase("q=a&hybrid=rrf&hybrid=rrf", "hybrid")]
    [TestCase("q=a&filter=%7B%22year%22%3A%202007%7D", "filter")]
    public async Task What_is_wrong_with_an_address_is_told(string query, string parameter)
    {
        await using TestServer server = TestServer.Start(index: Index(Linear));

        Reply reply = await server.Get($"/v1/search?{query}");

        Assert.That((reply.Status, reply.Error.GetProperty("param").GetString()), Is.EqualTo((HttpStatusCode.BadRequest, parameter)));
    }

    [Test]
    public async Task A_full_queue_is_told_with_429()
    {
        await using TestServer server = TestServer.Start(index: Index(Linear), options: new ServerOptions { MaxQueue = 1 });
        List<Reply> replies = [];
        for (int round = 0; round < 50 && !replies.Exists(reply => reply.Status == HttpStatusCode.TooManyRequests); round++)
            replies.AddRange(await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => server.Get("/v1/search?q=red&top=30&hybrid=rrf"))));

        Assert.That(replies.Select(reply => (int)reply.Status).Distinct(), Is.EquivalentTo(new[] { 200, 429 }));
    }
}
