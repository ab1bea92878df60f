using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Serving;
using QEngine.Tools.Serving.Page;

namespace QEngine.Tests.Tools.Serving;

/// <summary>The page as a browser without JavaScript gets it; <see cref="BrowserTests"/> has one with it.</summary>
public sealed class SearchPageTests : CommandFixture
{
    private const string Hostile = "</span><script>alert(1)</script>\"'&{{results}}";

    private string Index()
    {
        using SearchIndex index = SearchIndex.Create(In("passages.index"), ModelFolder.Load(Linear));
        index.Add([new Document("d1", "red car"), new Document("d2", "green tree"), new Document("<b>", Hostile) { Metadata = new Dictionary<string, MetadataValue> { ["<i>"] = Hostile } }]);
        return In("passages.index");
    }

    [Test]
    public async Task A_query_in_the_address_is_answered_in_the_page()
    {
        await using TestServer server = TestServer.Start(index: Index());

        Reply empty = await server.Get("/"), found = await server.Get("/?q=red+car&top=20&hybrid=rrf"), wrong = await server.Get("/?q=red&top=many");

        Assert.That(empty.Body, Does.Contain("3 documents, passages.index").And.Not.Contain("<li>").And.Not.Contain("{{"));
        Assert.That(found.Body, Does.Contain("<span class=\"text\"><span>red car</span></span>").And.Contain("value=\"red car\"").And.Contain("3 results"));
        Assert.That(found.Body, Does.Contain("<option selected>20</option>").And.Contain("id=\"hybrid\" checked"));
        Assert.That(wrong.Body, Does.Contain("expected &#x27;top&#x27; from 1 to 1000").And.Not.Contain("<li>"));
    }

    [Test]
    public async Task What_documents_and_queries_hold_is_text()
    {
        await using TestServer server = TestServer.Start(index: Index());

        string page = (await server.Get($"/?q={Uri.EscapeDataString(Hostile)}")).Body;

        Assert.That(page, Does.Contain("&lt;/span&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
        Assert.That(page.Split("<script>"), Has.Length.EqualTo(2), "the page's own");
        Assert.That(page.Split("<li>"), Has.Length.EqualTo(4), "each result once");
        Assert.That(page, Does.Not.Contain("<b>").And.Not.Contain("<i>"));
    }

    [Test]
    public async Task Only_its_own_style_and_script_may_run()
    {
        await using TestServer server = TestServer.Start(index: Index());

        Reply reply = await server.Get("/?q=red");

        string policy = reply.Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(policy, Does.StartWith("default-src 'none'; ").And.Not.Contain("unsafe"));
        foreach (string element in (string[])["style", "script"])
        {
            string text = reply.Body.Split($"<{element}>")[1].Split($"</{element}>")[0];
            Assert.That(policy, Does.Contain($"{element}-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'"));
        }
        // No place for an address of elsewhere, nor for a handler that the policy would stop.
        Assert.That(reply.Body, Does.Not.Match("(src|href)=\"(https?:)?//").And.Not.Match(" on[a-z]+=\"").And.Not.Contain(" style=\""));
    }

    [Test]
    public async Task With_a_key_the_page_shows_no_results_without_it()
    {
        await using TestServer server = TestServer.Start(index: Index(), options: new ServerOptions { ApiKey = "secret" });

        Reply without = await server.Get("/?q=red");
        HttpRequestMessage request = new(HttpMethod.Get, "/?q=red");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        Reply with = await server.Send(request);

        Assert.That((without.Status, without.Body.Contains("<li>", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.OK, false)));
        Assert.That(with.Body, Does.Contain("<li>"));
    }

    [Test]
    public async Task Without_an_index_it_says_so()
    {
        await using TestServer server = TestServer.Start(Linear);

        Assert.That((await server.Get("/?q=red")).Body, Does.Contain("no index to search"));
    }

    [Test]
    public void Places_are_filled_once()
    {
        PageTemplate template = new("<style>a{}</style>{{a}}-{{b}}<script>1</script>");

        string page = template.Fill(new Dictionary<string, string> { ["a"] = "{{b}}", ["b"] = "B" });

        Assert.That(page, Is.EqualTo("<style>a{}</style>{{b}}-B<script>1</script>"));
    }
}
