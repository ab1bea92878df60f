using System.Text.Json;
using NUnit.Framework;

namespace QEngine.Tests.Tools.Commands;

/// <summary>Metadata from a file of documents to what is found.</summary>
public sealed class MetadataCommandTests : CommandFixture
{
    private const string Documents = """
        {"_id": "d1", "text": "red cars", "lang": "en", "year": 2019, "tags": ["x", "y"]}
        {"_id": "d2", "text": "old green tree", "metadata": {"lang": "en", "year": 2021}}
        {"_id": "d3", "text": "the fast blue sky", "lang": "de", "year": 2022, "metadata": {"deep": {}}}
        {"_id": "d4", "text": "red cars"}
        """;

    [Test]
    public void An_index_keeps_it_and_a_search_gives_it()
    {
        string error = Index("new.jsonl", Documents).Succeeded().Error;
        string[] lines = File.ReadAllLines(In("index/segment-000001/documents.jsonl"));
        JsonElement[] results = Found("--top", "4");

        Assert.That(error, Does.Contain("2 values of").And.Contain("deep").And.Contain("tags"));
        Assert.That(lines[0], Is.EqualTo("""{"_id":"d1","text":"red cars","metadata":{"lang":"en","year":2019}}"""));
        Assert.That(lines[3], Is.EqualTo("""{"_id":"d4","text":"red cars"}"""));
        Assert.That(results.Single(hit => Id(hit) == "d3").GetProperty("metadata").EnumerateObject().Select(field => field.ToString()), Is.EqualTo(new[] { "\"lang\": \"de\"", "\"year\": 2022" }));
        Assert.That(results.Single(hit => Id(hit) == "d4").TryGetProperty("metadata", out _), Is.False);
        Assert.That(CommandLine.OnTerminal("search", "--index", In("index"), "red cars").Succeeded().Output, Does.Contain("lang: en, year: 2019"));
    }

    [Test]
    public void Documents_that_are_appended_have_it_too()
    {
        Index("new.jsonl", Documents).Succeeded();

        CommandLine.Run("index", "--append", "--input", Write("more.jsonl", """{"_id": "d5", "text": "blue tree", "year": 2023}"""), "--output", In("index")).Succeeded();

        Assert.That(Found("--filter", """{"year": 2023}""").Select(Id), Is.EqualTo(new[] { "d5" }));
    }

    [TestCase("""{"lang": "en"}""", "d1", "d2")]
    [TestCase("""{"year": {"gte": 2020}}""", "d2", "d3")]
    [TestCase("""{"lang": "en", "year": {"gte": 2020, "lte": 2024}}""", "d2")]
    [TestCase("""{"lang": "fr"}""")]
    [TestCase("{}", "d1", "d2", "d3", "d4")]
    public void A_filter_lets_only_documents_through_that_have_it(string filter, params string[] ids)
    {
        Index("new.jsonl", Documents).Succeeded();

        Assert.That(Found("--filter", filter).Select(Id), Is.EquivalentTo(ids));
    }

    [TestCase("year > 2020", "character 1")]
    [TestCase("[1]", "object")]
    [TestCase("""{"year": {"above": 1}}""", "above")]
    [TestCase("""{"year": null}""", "year")]
    public void A_filter_that_is_none_is_a_line(string filter, string part)
    {
        Index("new.jsonl", Documents).Succeeded();

        CommandLine.Run("search", "--index", In("index"), "red cars", "--filter", filter).Failed(2, "--filter", part);
    }

    private static string? Id(JsonElement hit) => hit.GetProperty("id").GetString();

    private CommandLine Index(string name, string documents) =>
        CommandLine.Run("index", "--model", Linear, "--input", Write(name, documents), "--output", In("index"));

    private JsonElement[] Found(params string[] options) =>
        [.. CommandLine.Run(["search", "--index", In("index"), "red cars", "--json", .. options]).Json().GetProperty("results").EnumerateArray()];
}
