using NUnit.Framework;
using QEngine.Collections;
using QEngine.Models;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Serving;

namespace QEngine.Tests.Tools.Serving;

/// <summary>The page in Chromium, by keyboard alone.</summary>
[Category("Slow")]
public sealed class BrowserTests : CommandFixture
{
    private const string Hostile = "red <img src=x onerror=alert(1)> car";

    private const string Focus = "document.activeElement";

    private static readonly string Long = string.Join(' ', Enumerable.Repeat("green tree", 200));

    private string Index()
    {
        using SearchIndex index = SearchIndex.Create(In("passages.index"), ModelFolder.Load(Linear));
        Dictionary<string, MetadataValue> facts = new() { ["year"] = 2024, ["page"] = "https://example.org/a", ["script"] = "javascript:alert(1)" };
        index.Add([new("d1", "red car") { Metadata = facts }, new("d2", Long), new("d3", Hostile), .. Enumerable.Range(4, 20).Select(i => new Document($"d{i}", "blue sky"))]);
        return In("passages.index");
    }

    [TestCase(1100, false)]
    [TestCase(1100, true)]
    [TestCase(360, false)]
    [TestCase(360, true)]
    public async Task Typing_finds_and_arrows_and_Enter_lead_through_the_results(int width, bool isDark)
    {
        await using TestServer server = TestServer.Start(index: Index());
        await using Browser browser = await Browser.Start(width, 740, isDark);
        await browser.Open(server.Address);
        await browser.Until($"{Focus}.id === 'query'");

        await browser.Type("red car");
        await browser.Until("document.querySelectorAll('li').length === 10 && document.getElementById('status').textContent.startsWith('10 results in ')");
        await Holds(browser, "document.querySelector('.text').textContent", "red car");
        await Holds(browser, "document.querySelector('mark').textContent", "red");
        await Holds(browser, "location.search", "?q=red+car&top=10");

        await browser.Press("ArrowDown");
        await Holds(browser, $"{Focus} === document.querySelector('summary')", true);
        await browser.Press("Enter");
        await Holds(browser, "document.querySelector('details').open && document.querySelector('dl').textContent", "year2024pagehttps://example.org/ascriptjavascript:alert(1)");
        await Holds(browser, "[...document.querySelectorAll('dl a')].map(a => a.href).join()", "https://example.org/a");
        await browser.Press("Enter");
        await Holds(browser, "document.querySelector('details').open", false);
        await browser.Press("ArrowDown");
        await Holds(browser, $"{Focus} === document.querySelectorAll('summary')[1]", true);
        await browser.Press("ArrowUp");
        await browser.Press("ArrowUp");
        await Holds(browser, $"{Focus}.id", "query");
        for (int i = 0; i < 12; i++) await browser.Press("ArrowDown");
        await Holds(browser, $"{Focus} === document.querySelectorAll('summary')[9] && (r => r.top >= 0 && r.bottom <= innerHeight)({Focus}.getBoundingClientRect())", true);
        await browser.Press("Escape");
        await Holds(browser, $"{Focus}.id", "query");
        await browser.Press("ArrowDown");
        await browser.Press("/");
        await Holds(browser, $"{Focus}.id === 'query' && getSelection().toString()", "red car");

        await Holds(browser, "document.documentElement.scrollWidth <= innerWidth", true);
        await Holds(browser, "document.querySelectorAll('img').length", 0);
        await Holds(browser, "getComputedStyle(document.body).backgroundColor", isDark ? "rgb(19, 19, 23)" : "rgb(251, 251, 253)");
        Assert.That(browser.Console, Is.Empty);
        Assert.That(browser.Requests.Where(address => !address.StartsWith(server.Address, StringComparison.Ordinal) && !address.StartsWith("data:", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task An_address_with_a_query_shows_its_results_and_options_search_anew()
    {
        await using TestServer server = TestServer.Start(index: Index());
        await using Browser browser = await Browser.Start(1100, 740, isDark: false);
        await browser.Open($"{server.Address}/?q=blue&top=20");
        await Holds(browser, "document.querySelectorAll('li').length", 20);

        await browser.Value("document.getElementById('hybrid').click()");
        await browser.Until("location.search === '?q=blue&top=20&hybrid=rrf'");
        await browser.Value("document.getElementById('query').value = ''");
        await browser.Value("document.getElementById('query').dispatchEvent(new Event('input'))");
        await browser.Until("document.querySelectorAll('li').length === 0");
        await browser.Value("document.getElementById('query').focus()");
        await browser.Type("tree");
        await browser.Press("Enter");
        await browser.Until("document.querySelector('.id')?.textContent === 'd2'");
        await Holds(browser, "document.querySelector('.text > span').clientHeight < document.querySelector('.text > span').scrollHeight", true);
        await browser.Press("ArrowDown");
        await browser.Press("Enter");
        await Holds(browser, "document.querySelector('.text').textContent.length", Long.Length);

        await server.Stop();
        await browser.Press("/");
        await browser.Type("red");
        await browser.Until("document.getElementById('status').textContent === 'The server does not answer.'");
    }

    [Test]
    public async Task A_key_is_asked_for_and_kept_for_the_session()
    {
        await using TestServer server = TestServer.Start(index: Index(), options: new ServerOptions { ApiKey = "secret" });
        await using Browser browser = await Browser.Start(360, 740, isDark: false);
        await browser.Open(server.Address);

        await browser.Type("red car");
        await browser.Until($"{Focus}.id === 'secret' && document.getElementById('status').textContent === 'This server wants a key.'");
        await browser.Type("wrong");
        await browser.Press("Enter");
        await browser.Until($"{Focus}.id === 'secret' && {Focus}.value === ''");
        await browser.Type("secret");
        await browser.Press("Enter");
        await browser.Until("document.querySelectorAll('li').length === 10");
        await Holds(browser, "document.getElementById('key').hidden", true);

        await browser.Open($"{server.Address}/?q=blue+sky&top=10");
        await browser.Until("document.querySelector('.text')?.textContent === 'blue sky'");
    }

    private static async Task Holds<T>(Browser browser, string expression, T expected) =>
        Assert.That((await browser.Value(expression))!.GetValue<T>(), Is.EqualTo(expected), expression);
}
