using NUnit.Framework;
using QEngine.Tests.Support;
using QEngine.Text;

namespace QEngine.Tests.Text;

public sealed class BertTokenizerTests
{
    private static readonly TokenizerSettings Cased = new() { Lowercase = false };

    [TestCase("", "")]
    [TestCase("Hello, WORLD!", "hello , world !")]
    [TestCase("unaffable", "un ##aff ##able")]
    [TestCase("una", "un ##a")]
    [TestCase("unz", "[UNK]", Description = "one missing piece makes the whole word unknown")]
    [TestCase("a$b=c", "a $ b = c", Description = "ASCII symbols are punctuation")]
    [TestCase("hello\u2019a", "hello \u2019 a")]
    public void Words_become_longest_pieces(string text, string expected) => Assert.That(SmallVocabulary.Cut(text), Is.EqualTo(expected));

    [TestCase("a\0b\u0007c", "a ##b ##c", Description = "controls vanish")]
    [TestCase("a\u200Bb\u00ADc\uFEFF", "a ##b ##c", Description = "formats vanish")]
    [TestCase("a\uFFFDb", "a ##b")]
    [TestCase("a\tb\r\nc", "a b c")]
    [TestCase("a\u00A0b\u3000c", "a b c")]
    [TestCase("a\u2028b", "a b")]
    [TestCase("a\u0085b", "a ##b", Description = "next line is white space, but a control first")]
    [TestCase("\u0378", "\u0378", Description = "unassigned characters stay")]
    [TestCase("\uE000a\uF0B7 b\uF8FF", "a b", Description = "private use vanishes: bullets of PDF text, icon fonts")]
    [TestCase("\U000F0000a\U000F1234\U000FFFFD\U00100000\U0010ABCD\U0010FFFD", "a", Description = "so do the private planes")]
    [TestCase("a\uFFFE", "[UNK]", Description = "noncharacters stay")]
    [TestCase("a\U0010FFFF", "[UNK]")]
    public void Cleaning_removes_controls_and_maps_white_space(string text, string expected) =>
        Assert.That(SmallVocabulary.Cut(text), Is.EqualTo(expected));

    [Test]
    public void Without_cleaning_controls_stay_and_white_space_still_separates()
    {
        TokenizerSettings raw = new() { CleanText = false };

        Assert.That(SmallVocabulary.Cut("a\u0085b", raw), Is.EqualTo("a b"));
        Assert.That(SmallVocabulary.Cut("\uFFFD a\u200Bb", raw), Is.EqualTo("\uFFFD [UNK]"));
    }

    [TestCase("a中文b", "a 中 文 b")]
    [TestCase("\uF900", "\u8C48", Description = "a compatibility ideograph decomposes")]
    public void Ideographs_are_words_of_their_own(string text, string expected) =>
        Assert.That(SmallVocabulary.Cut(text), Is.EqualTo(expected));

    [Test]
    public void Ideographs_stay_in_words_where_not_handled() =>
        Assert.That(SmallVocabulary.Cut("中 中文", new TokenizerSettings { HandleChineseCharacters = false }), Is.EqualTo("中 [UNK]"));

    [TestCase("Café CAFÉ cafe\u0301", "cafe cafe cafe")]
    [TestCase("한", "\u1112 ##\u1161 ##\u11AB", Description = "Hangul becomes jamo")]
    [TestCase("\u2260", "=", Description = "not equal loses its stroke and is punctuation then")]
    [TestCase("a\u1FEFb", "a ` b", Description = "a spacing accent becomes a grave accent")]
    [TestCase("a\u037Eb", "a ; b")]
    [TestCase("İ", "i")]
    [TestCase("bbΣ Σ", "b ##b ##σ σ", Description = "capital sigma never becomes the final form")]
    [TestCase("\u212A", "k", Description = "the Kelvin sign")]
    [TestCase("\u0301", "")]
    public void Accents_and_case_are_normalised_one_character_at_a_time(string text, string expected) =>
        Assert.That(SmallVocabulary.Cut(text), Is.EqualTo(expected));

    [Test]
    public void Accents_stay_where_not_stripped()
    {
        TokenizerSettings accented = new() { StripAccents = false };

        Assert.That(SmallVocabulary.Cut("Café İ \u0301", accented), Is.EqualTo("café i ##\u0307 \u0301"));
    }

    [Test]
    public void Case_stays_where_not_lowered_and_null_strip_accents_follows()
    {
        Assert.That(SmallVocabulary.Cut("Hello hello café", Cased), Is.EqualTo("Hello hello café"));
        Assert.That(SmallVocabulary.Cut("İ", Cased), Is.EqualTo("İ"));
        Assert.That(SmallVocabulary.Cut("Café café", Cased with { StripAccents = true }), Is.EqualTo("[UNK] cafe"));
    }

    [TestCase("[MASK]", "[MASK]")]
    [TestCase("hello[MASK]world[SEP][PAD]", "hello [MASK] world [SEP] [PAD]")]
    [TestCase("[[MASK]]", "[ [MASK] ]")]
    [TestCase("[mask]", "[ mask ]", Description = "matched before lower-casing")]
    [TestCase("[MA\u200BSK]", "[ mask ]", Description = "matched before cleaning")]
    [TestCase("un[CLS]aff", "un [CLS] [UNK]")]
    public void Special_tokens_in_text_are_recognised(string text, string expected) =>
        Assert.That(SmallVocabulary.Cut(text), Is.EqualTo(expected));

    [Test]
    public void Words_over_the_limit_are_unknown_and_the_limit_counts_characters()
    {
        Assert.That(SmallVocabulary.Cut(new string('a', 101)), Is.EqualTo("[UNK]"));
        Assert.That(SmallVocabulary.Cut(new string('a', 100)).Split(' '), Has.Length.EqualTo(100));
        Assert.That(SmallVocabulary.Cut(Repeat("😀", 100)).Split(' '), Has.Length.EqualTo(100));
        Assert.That(SmallVocabulary.Cut(Repeat("😀", 101) + " a"), Is.EqualTo("[UNK] a"));
        Assert.That(SmallVocabulary.Cut(Repeat("e\u0301", 100)).Split(' '), Has.Length.EqualTo(100), "accents are gone before counting");
        TokenizerSettings longer = new() { MaximumWordCharacters = 1000 };
        Assert.That(SmallVocabulary.Cut(new string('a', 1000), longer).Split(' '), Has.Length.EqualTo(1000));
    }

    [TestCase("\uD800")]
    [TestCase("a\uDC00b")]
    [TestCase("\uD83D[MASK]")]
    public void Invalid_surrogates_are_read_as_the_replacement_character(string text) =>
        Assert.That(
            new BertTokenizer(SmallVocabulary.Create()).Encode(text, 100),
            Is.EqualTo(new BertTokenizer(SmallVocabulary.Create()).Encode(new string(Array.ConvertAll(text.ToCharArray(), Replace)), 100)));

    [Test]
    public void Truncation_counts_the_special_tokens()
    {
        BertTokenizer tokenizer = new(SmallVocabulary.Create());
        Vocabulary vocabulary = tokenizer.Vocabulary;
        vocabulary.TryGetId("un", out int un);
        vocabulary.TryGetId("##aff", out int aff);

        Assert.That(tokenizer.Encode("unaffable", 4), Is.EqualTo(new[] { vocabulary.ClassificationId, un, aff, vocabulary.SeparatorId }));
        Assert.That(
            tokenizer.Encode("unaffz", 3),
            Is.EqualTo(new[] { vocabulary.ClassificationId, vocabulary.UnknownId, vocabulary.SeparatorId }),
            "the part that is cut off decides whether the word is unknown");
        Assert.That(tokenizer.Encode("hello", 2), Is.EqualTo(new[] { vocabulary.ClassificationId, vocabulary.SeparatorId }));
        Assert.That(() => tokenizer.Encode("hello", 1), Throws.TypeOf<QEngineException>().With.Message.Contains("found 1"));
    }

    [Test]
    public void Truncation_on_the_left_keeps_the_last_tokens()
    {
        BertTokenizer tokenizer = new(SmallVocabulary.Create(new() { TruncationSide = TruncationSide.Left }));

        Assert.That(Cut("hello world a b c", 5), Is.EqualTo("[CLS] a b c [SEP]"));
        Assert.That(Cut("hello unaffable", 4), Is.EqualTo("[CLS] ##aff ##able [SEP]"));
        Assert.That(Cut("a b unaffz", 4), Is.EqualTo("[CLS] b [UNK] [SEP]"), "pieces of a word that fails take no place");
        Assert.That(Cut("[MASK] a [SEP]", 4), Is.EqualTo("[CLS] a [SEP] [SEP]"));
        Assert.That(Cut("a b", 4), Is.EqualTo("[CLS] a b [SEP]"));
        Assert.That(Cut("a b", 2), Is.EqualTo("[CLS] [SEP]"));
        Assert.That(Cut(Repeat("a b c ", 1000) + "hello", 1000), Does.EndWith("b c hello [SEP]"));

        string Cut(string text, int length) => string.Join(' ', Array.ConvertAll(tokenizer.Encode(text, length), id => tokenizer.Vocabulary[id]));
    }

    [TestCase(TruncationSide.Right)]
    [TestCase(TruncationSide.Left)]
    public void Long_texts_and_long_words_take_linear_time(TruncationSide side)
    {
        BertTokenizer tokenizer = new(SmallVocabulary.Create(new() { MaximumWordCharacters = 1 << 20, TruncationSide = side }));
        string word = new('a', 1 << 20);

        Assert.That(tokenizer.Encode(word, int.MaxValue), Has.Length.EqualTo((1 << 20) + 2));
        Assert.That(SmallVocabulary.Cut(word), Is.EqualTo("[UNK]"));
        Assert.That(tokenizer.Encode(Repeat("hello ", 200_000), int.MaxValue), Has.Length.EqualTo(200_002));
    }

    [TestCase(false, TruncationSide.Right)]
    [TestCase(false, TruncationSide.Left)]
    [TestCase(true, TruncationSide.Right)]
    public void Warm_encoding_allocates_nothing(bool normalizedTokens, TruncationSide side)
    {
        Vocabulary vocabulary = SmallVocabulary.Create(new() { TruncationSide = side });
        AddedToken added = new("Wörter", vocabulary.Count) { Normalized = true, InModel = false };
        if (normalizedTokens) vocabulary = vocabulary.With(vocabulary.Settings, [.. vocabulary.AddedTokens, added], "a test");
        BertTokenizer tokenizer = new(vocabulary);
        string text = Repeat("Hello, unaffable Café 中文 한 😀 [MASK] zzz ", 100);
        int[] ids = new int[4096];
        int count = tokenizer.Encode(text, ids);

        Assert.That(count, Is.GreaterThan(1000));
        Assert.That(Allocation.Fewest(() => tokenizer.Encode(text, ids)), Is.Zero);
    }

    [Test]
    public void Many_threads_get_the_same_ids()
    {
        BertTokenizer tokenizer = new(SmallVocabulary.Create());
        string text = Repeat("Hello unaffable Café 中文 한 ", 50);
        int[] expected = tokenizer.Encode(text, 400);
        int[][] results = new int[64][];

        Parallel.For(0, results.Length, i => results[i] = tokenizer.Encode(text, 400));

        foreach (int[] result in results) Assert.That(result, Is.EqualTo(expected));
    }

    private static char Replace(char unit) => char.IsSurrogate(unit) ? '\uFFFD' : unit;

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
