using QEngine.Text;

namespace QEngine.Tests.Text;

/// <summary>A vocabulary small enough to check ids by eye; tests name pieces, not ids.</summary>
internal static class SmallVocabulary
{
    private static readonly string[] Pieces =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "world", "un", "##aff", "##able", "##a", "a", "b", "##b", "c", "##c", "e",
        "##e", "cafe", "Hello", "café", ",", ".", "!", "=", "`", ";", "$", "中", "文", "\u8C48", "i", "##i", "İ", "##\u0307", "σ", "##σ",
        "\u1112", "##\u1161", "##\u11AB", "😀", "##😀", "m", "##m", "[", "]", "mask", "\u2019", "k", "\u0301", "\uFFFD", "\u0378",
    ];

    public static Vocabulary Create(TokenizerSettings? settings = null) => Vocabulary.Create(Pieces, settings);

    /// <summary>The pieces of a text between [CLS] and [SEP], joined by spaces.</summary>
    public static string Cut(string text, TokenizerSettings? settings = null) => Cut(text, Create(settings));

    public static string Cut(string text, Vocabulary vocabulary)
    {
        int[] ids = new BertTokenizer(vocabulary).Encode(text, int.MaxValue);
        return string.Join(' ', Array.ConvertAll(ids[1..^1], id => vocabulary[id]));
    }
}
