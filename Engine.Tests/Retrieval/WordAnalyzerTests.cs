using NUnit.Framework;
using QEngine.Retrieval;
using QEngine.Tests.Oracles;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>What BM25 takes for a word.</summary>
public sealed class WordAnalyzerTests
{
    [TestCase("", new string[0])]
    [TestCase(" .,-\t", new string[0])]
    [TestCase("What's the U.S. GDP?", new[] { "what", "s", "the", "u", "s", "gdp" })]
    [TestCase("B2B costs $1,000", new[] { "b2b", "costs", "1", "000" })]
    [TestCase("Ångström ÉCOLE Straße", new[] { "ångström", "école", "straße" })]
    [TestCase("東京 is Tokyo", new[] { "東京", "is", "tokyo" })]
    [TestCase("\U00010400x \U0001F600y", new[] { "\U00010428x", "y" })]
    [TestCase("a\uD800b", new[] { "a", "b" })]
    public void Words_are_lower_cased_runs_of_letters_and_digits(string text, string[] expected) =>
        Assert.That(Analyze(text), Is.EqualTo(expected));

    [Property]
    public bool Any_text_gives_the_words_of_the_oracle(string? text) => Analyze(text ?? "").SequenceEqual(Bm25Oracle.Words(text ?? ""));

    [Property]
    public bool Any_mixture_of_scripts_gives_the_words_of_the_oracle(int[] runes)
    {
        string text = string.Concat(runes.Select(r => char.ConvertFromUtf32(Scalar(r))));
        return Analyze(text).SequenceEqual(Bm25Oracle.Words(text));
    }

    // Spreads small numbers over the planes, away from surrogates.
    private static int Scalar(int seed)
    {
        int value = (int)((uint)seed * 2654435761u % 0x20000);
        return value is >= 0xD800 and <= 0xDFFF ? value - 0x1000 : value;
    }

    private static string[] Analyze(string text)
    {
        WordAnalyzer analyzer = new();
        List<string> words = [];
        analyzer.Start("something longer that came before");
        analyzer.Start(text);
        while (analyzer.TryNext(out ReadOnlySpan<char> word)) words.Add(word.ToString());
        return [.. words];
    }
}
