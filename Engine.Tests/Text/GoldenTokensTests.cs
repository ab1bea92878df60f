using System.Text.Json;
using NUnit.Framework;
using QEngine.Tests.Support;
using QEngine.Text;

namespace QEngine.Tests.Text;

/// <summary>The ids of Hugging Face's tokenizers for bert-base-uncased, at most 256.</summary>
public sealed class GoldenTokensTests
{
    private const int MaximumLength = 256;

    [TestCase("tokenizer.json")]
    [TestCase("vocab.txt")]
    public void Tokens_are_those_of_the_reference(string file)
    {
        string golden = Shared.Path("golden/tokens_256.jsonl");
        BertTokenizer tokenizer = new(Vocabulary.Load(Shared.Path("data/minilm-layout/" + file)));

        int texts = 0;
        foreach (string line in File.ReadLines(golden))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            string text = document.RootElement.GetProperty("text").GetString()!;
            List<int> expected = [];
            foreach (JsonElement id in document.RootElement.GetProperty("ids").EnumerateArray()) expected.Add(id.GetInt32());
            Assert.That(tokenizer.Encode(text, MaximumLength), Is.EqualTo(expected), text);
            texts++;
        }

        Assert.That(texts, Is.GreaterThan(100));
    }

    [Test]
    public void Both_files_give_the_same_vocabulary()
    {
        Vocabulary json = Vocabulary.Load(Shared.Path("data/minilm-layout/tokenizer.json"));
        Vocabulary lines = Vocabulary.Load(Shared.Path("data/minilm-layout/vocab.txt"));

        Assert.That(json.Count, Is.EqualTo(lines.Count).And.EqualTo(30522));
        for (int id = 0; id < json.Count; id++) Assert.That(json[id], Is.EqualTo(lines[id]));
        Assert.That(json.Settings, Is.EqualTo(lines.Settings));
        Assert.That(
            (json.UnknownId, json.ClassificationId, json.SeparatorId, json.PaddingId, json.MaskId),
            Is.EqualTo((100, 101, 102, 0, 103)));
    }
}
