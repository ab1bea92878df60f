using System.Net;
using System.Text;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Models;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Serving;

namespace QEngine.Tests.Tools.Serving;

/// <summary><c>POST /v1/embeddings</c> over a real socket.</summary>
public sealed class EmbeddingApiTests : CommandFixture
{
    private const string Path = "/v1/embeddings";

    private static readonly string[] Texts = ["red cars", "a fast green tree", "", "sky \U0001F600", "old old old old blue"];

    [Test]
    public async Task A_text_has_the_shape_and_the_bits_of_the_embedder([Values] bool quantum)
    {
        string model = quantum ? Quantum : Linear;
        await using TestServer server = TestServer.Start(model);

        Reply reply = await server.Post(Path, $$"""{"input": "red cars", "model": "{{(quantum ? "quantum" : "linear")}}", "user": "u"}""");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Body);
        Assert.That(reply.Json.GetProperty("object").GetString(), Is.EqualTo("list"));
        Assert.That(reply.Json.GetProperty("model").GetString(), Is.EqualTo(quantum ? "quantum" : "linear"));
        JsonElement entry = reply.Json.GetProperty("data").EnumerateArray().Single();
        Assert.That(entry.GetProperty("object").GetString(), Is.EqualTo("embedding"));
        Assert.That(entry.GetProperty("index").GetInt32(), Is.Zero);
        Assert.That(reply.Embeddings(), Is.EqualTo(Embed(model, EmbeddingFormat.Default, "red cars")));
        // [CLS] red car ##s [SEP]
        Assert.That(reply.Json.GetProperty("usage").GetRawText(), Is.EqualTo("""{"prompt_tokens":5,"total_tokens":5}"""));
    }

    [Test]
    public async Task Many_texts_are_what_embed_writes_for_them()
    {
        File.WriteAllText(In("in.jsonl"), string.Concat(Texts.Select((text, i) => $"{JsonSerializer.Serialize(new { _id = $"{i}", text })}\n")));
        CommandLine.Run("embed", "--model", Quantum, "--input", In("in.jsonl"), "--output", In("out.npy")).Succeeded();
        await using TestServer server = TestServer.Start(Quantum);

        Reply floats = await server.Post(Path, Body(Texts)), base64 = await server.Post(Path, Body(Texts, """, "encoding_format": "base64" """));

        float[] expected = Read(In("out.npy"), Texts.Length, 6);
        Assert.That(floats.Embeddings(), Is.EqualTo(expected));
        Assert.That(base64.Embeddings(), Is.EqualTo(expected));
        Assert.That(floats.Json.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("index").GetInt32()), Is.EqualTo(Enumerable.Range(0, Texts.Length)));
    }

    [Test]
    public async Task Hundreds_of_texts_take_turns_and_keep_their_order_and_tokens()
    {
        string[] texts = [.. Enumerable.Range(0, 700).Select(i => string.Join(' ', Enumerable.Repeat(i % 3 == 0 ? "red" : "tree", 1 + (i % 9))))];
        await using TestServer server = TestServer.Start(Plain);

        Reply reply = await server.Post(Path, Body(texts));

        Assert.That(reply.Embeddings(), Is.EqualTo(Embed(Plain, EmbeddingFormat.Default, texts)));
        Assert.That(reply.Json.GetProperty("usage").GetProperty("total_tokens").GetInt32(), Is.EqualTo(texts.Sum(text => text.Split(' ').Length + 2)));
    }

    [Test]
    public async Task Sixty_four_clients_at_a_time_get_the_bits_of_one()
    {
        string[] texts = [.. Enumerable.Range(0, 64).Select(i => string.Join(' ', Enumerable.Repeat("fast red sky", 1 + (i % 7))) + (i % 2 == 0 ? " blue" : " old"))];
        await using TestServer server = TestServer.Start(Quantum);

        for (int round = 0; round < 3; round++)
        {
            Reply[] replies = await Task.WhenAll(texts.Select(text => server.Post(Path, Body([text]))));

            for (int i = 0; i < texts.Length; i++)
            {
                Assert.That(replies[i].Embeddings(), Is.EqualTo(Embed(Quantum, EmbeddingFormat.Default, texts[i])));
                Assert.That(replies[i].Json.GetProperty("usage").GetProperty("total_tokens").GetInt32(), Is.EqualTo(texts[i].Split(' ').Length + 2));
            }
        }
    }

    [Test]
    public async Task A_prompt_is_chosen_by_kind_or_by_name_and_is_the_default_one_otherwise()
    {
        KeyValuePair<string, string>[] prompts = [new("query", "old "), new("passage", "fast "), new("sky", "sky ")];
        SentenceEmbedder plain = ModelFolder.Load(Linear);
        SentenceEmbedder prompted = new(plain.Model, plain.Tokenizer, plain.MaximumLength) { Prompts = new Prompts(prompts, "sky") };
        ModelFolder.Save(prompted, In("prompted"));
        await using TestServer server = TestServer.Start(In("prompted"));

        foreach ((string member, string prompt) in new[] { ("", "sky "), (""", "input_type": "query" """, "old "), (""", "input_type": "document" """, "fast "), (""", "prompt_name": "passage" """, "fast ") })
        {
            Reply reply = await server.Post(Path, Body(["red"], member));
            Assert.That(reply.Embeddings(), Is.EqualTo(plain.Embed(prompt + "red")), member);
        }
        // Texts with different prompts in one batch.
        Reply[] mixed = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => server.Post(Path, Body(["red"], i % 2 == 0 ? """, "input_type": "query" """ : ""))));
        for (int i = 0; i < mixed.Length; i++) Assert.That(mixed[i].Embeddings(), Is.EqualTo(plain.Embed(i % 2 == 0 ? "old red" : "sky red")));
        Reply unknown = await server.Post(Path, Body(["red"], """, "prompt_name": "moon" """));
        Assert.That(unknown.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(unknown.Error.GetProperty("message").GetString(), Does.Contain("\"sky\"").And.Contain("\"moon\""));
    }

    [Test]
    public async Task Dimensions_cut_vectors_but_not_states()
    {
        await using TestServer plain = TestServer.Start(Plain), quantum = TestServer.Start(Quantum);

        Reply cut = await plain.Post(Path, Body(["red"], """, "dimensions": 4 """));
        Reply whole = await quantum.Post(Path, Body(["red"], """, "dimensions": 6 """)), refused = await quantum.Post(Path, Body(["red"], """, "dimensions": 4 """));

        Assert.That(cut.Embeddings(), Is.EqualTo(Embed(Plain, EmbeddingFormat.Default, "red")[..4]));
        Assert.That(whole.Embeddings(), Is.EqualTo(Embed(Quantum, EmbeddingFormat.Default, "red")));
        Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(refused.Error.GetProperty("param").GetString(), Is.EqualTo("dimensions"));
    }

    [TestCase("""{"input": "a", "model": "text-embedding-3-small"}""", 404, "model", "expected the model 'linear', found 'text-embedding-3-small'", "model_not_found")]
    [TestCase("{}", 400, "input", "found none")]
    [TestCase("""{"input": null}""", 400, "input", "found none")]
    [TestCase("""{"input": 7}""", 400, "input", "found a number")]
    [TestCase("""{"input": []}""", 400, "input", "found an empty array")]
    [TestCase("""{"input": [1, 2]}""", 400, "input", "token ids")]
    [TestCase("""{"input": [[1, 2]]}""", 400, "input", "token ids")]
    [TestCase("""{"input": ["a", 2]}""", 400, "input[1]", "found a number")]
    [TestCase("""{"input": ["a", null]}""", 400, "input[1]", "found null")]
    [TestCase("""{"input": ["1", "2", "3", "4", "5", "6"]}""", 400, "input", "expected at most 5 texts, found 6")]
    [TestCase("""{"input": "\ud800"}""", 400, "input", "unpaired surrogates")]
    [TestCase("""{"input": "a", "model": 1}""", 400, "model", "expected 'model' as a string, found a number")]
    [TestCase("""{"input": "a", "dimensions": 0}""", 400, "dimensions", "from 1 to 6, found 0")]
    [TestCase("""{"input": "a", "dimensions": 7}""", 400, "dimensions", "from 1 to 6, found 7")]
    [TestCase("""{"input": "a", "dimensions": 1.5}""", 400, "dimensions", "from 1 to 6, found 1.5")]
    [TestCase("""{"input": "a", "dimensions": "4"}""", 400, "dimensions", "found a string")]
    [TestCase("""{"input": "a", "encoding_format": "hex"}""", 400, "encoding_format", "float or base64, found 'hex'")]
    [TestCase("""{"input": "a", "input_type": "passage"}""", 400, "input_type", "query or document, found 'passage'")]
    [TestCase("""{"input": "a", "input_type": "query", "prompt_name": "query"}""", 400, "input_type", "found both")]
    [TestCase("""{"input": "a", "prompt_name": "query"}""", 400, "prompt_name", "found \"query\"")]
    [TestCase("[]", 400, null, "expected a JSON object, found an array")]
    [TestCase("", 400, null, "malformed JSON")]
    [TestCase("""{"input": "a" """, 400, null, "malformed JSON")]
    public async Task What_is_wrong_is_told_in_the_shape_of_OpenAI(string body, int status, string? parameter, string message, string? code = null)
    {
        await using TestServer server = TestServer.Start(Linear, options: new ServerOptions { MaxBatch = 5 });

        Reply reply = await server.Post(Path, body);

        Assert.That((int)reply.Status, Is.EqualTo(status), reply.Body);
        Assert.That(reply.Error.GetProperty("message").GetString(), Does.Contain(message).And.Not.Contain("\n"));
        Assert.That(reply.Error.GetProperty("type").GetString(), Is.EqualTo("invalid_request_error"));
        Assert.That(reply.Error.GetProperty("param").GetString(), Is.EqualTo(parameter));
        Assert.That(reply.Error.GetProperty("code").GetString(), Is.EqualTo(code));
        Assert.That(server.Warnings, Is.Empty);
    }

    [Test]
    public async Task Invalid_UTF8_is_refused()
    {
        await using TestServer server = TestServer.Start(Linear);
        ByteArrayContent content = new([.. Encoding.UTF8.GetBytes("""{"input": "a"""), 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");

        Reply reply = await server.Send(new HttpRequestMessage(HttpMethod.Post, Path) { Content = content });

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest), reply.Body);
    }

    private static string Body(string[] texts, string more = "") => $$"""{"input": {{JsonSerializer.Serialize(texts)}}{{more}}}""";
}
