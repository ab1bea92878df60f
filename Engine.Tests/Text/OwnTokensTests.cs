using System.Globalization;
using System.Text.Json;
using NUnit.Framework;
using QEngine.Text;

namespace QEngine.Tests.Text;

/// <summary>The ids that Hugging Face tokenizers 0.22.2 gives 141 texts written for this with bert-base-uncased, in every clone.</summary>
/// <remarks>
/// The vocabulary here has only the pieces of these ids; every other id is a text that no word can contain. So cleaning, accents, case,
/// ideographs, words, unknown words and special tokens are proved as with the whole vocabulary, since none of them looks at pieces. Of
/// the longest match is proved that it finds these pieces, not that it prefers them to longer or rejects shorter ones that these
/// texts do not use: that is <see cref="GoldenTokensTests"/> with the whole vocabulary, where it lies beside the repository.
/// </remarks>
public sealed class OwnTokensTests
{
    private const int Pieces = 30522;

    [Test]
    public void Tokens_are_those_of_the_reference()
    {
        BertTokenizer right = new(Create(TruncationSide.Right)), left = new(Create(TruncationSide.Left));
        int texts = 0;
        foreach (string line in File.ReadLines(Golden("tokens_own.jsonl")))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            string text = document.RootElement.GetProperty("text").GetString()!;
            int[] expected = [.. document.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            Assert.That(right.Encode(text, int.MaxValue), Is.EqualTo(expected), text);

            int length = Math.Max(2, expected.Length / 2);
            Assert.That(right.Encode(text, length), Is.EqualTo((int[])[.. expected[..(length - 1)], expected[^1]]), text);
            Assert.That(left.Encode(text, length), Is.EqualTo((int[])[expected[0], .. expected[^(length - 1)..]]), text);
            texts++;
        }
        Assert.That(texts, Is.EqualTo(141));
    }

    private static Vocabulary Create(TruncationSide side)
    {
        // Controls are removed from every text.
        string[] pieces = [.. Enumerable.Range(0, Pieces).Select(id => $"\u0001{id}")];
        foreach (string line in File.ReadLines(Golden("tokens_own_pieces.tsv")))
        {
            int tab = line.IndexOf('\t', StringComparison.Ordinal);
            pieces[int.Parse(line[..tab], CultureInfo.InvariantCulture)] = line[(tab + 1)..];
        }
        return Vocabulary.Create(pieces, new TokenizerSettings { TruncationSide = side });
    }

    private static string Golden(string file) => Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", file);
}
