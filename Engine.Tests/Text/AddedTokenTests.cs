using NUnit.Framework;
using QEngine.Text;

namespace QEngine.Tests.Text;

/// <summary>Added tokens with every flag; all expected pieces are those of Hugging Face tokenizers 0.22.2.</summary>
public sealed class AddedTokenTests
{
    private static readonly string[] Pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "##a", "##b", "中", "x", "##x"];

    [TestCase("covid", "covid Covid-19 COVID19s", "covid covid [UNK] [UNK] covid [UNK]", Description = "matched in normalised text, within words")]
    [TestCase("Covid-19", "covid-19 COVID-19a", "Covid-19 Covid-19 a", Description = "itself normalised")]
    [TestCase("Zürich", "zurich ZÜRICHb", "Zürich Zürich b")]
    [TestCase("中", "a中b 中", "a 中 b 中", Description = "with the spaces that normalisation puts around it")]
    [TestCase("中x", "中x a", "中x a")]
    [TestCase("a", "ba A a", "b a a a", Description = "a piece that is added cuts words")]
    [TestCase(" covid", "a covid acovid", "a  covid [UNK]", Description = "with its space")]
    public void A_token_is_matched_after_normalisation(string content, string text, string expected) =>
        Assert.That(Cut(text, new AddedToken(content, 0) { Normalized = true }), Is.EqualTo(expected));

    [TestCase("covid Covid", "covid [UNK]")]
    [TestCase("acovid covida", "a covid covid a")]
    public void A_token_that_is_not_normalised_is_matched_in_the_text_as_it_comes(string text, string expected) =>
        Assert.That(Cut(text, new AddedToken("covid", 0)), Is.EqualTo(expected));

    [TestCase("covid", "covid", "covid")]
    [TestCase("acovid", "[UNK]", "[UNK]")]
    [TestCase("covid!", "covid [UNK]", "covid [UNK]")]
    [TestCase("covid-a", "covid [UNK] a", "covid [UNK] a")]
    [TestCase("covid\u24D0", "[UNK]", "[UNK]", Description = "circled letters are word characters")]
    [TestCase("covid\U0001F130", "[UNK]", "[UNK]", Description = "squared ones too")]
    [TestCase("covid\u0301", "[UNK]", "covid", Description = "the accent is a word character, until it is stripped")]
    [TestCase("covid\u200Da", "[UNK]", "[UNK]", Description = "a join control is one, and without it a letter follows")]
    [TestCase("covid_", "[UNK] [UNK]", "[UNK] [UNK]")]
    [TestCase("covid\u0663", "[UNK]", "[UNK]")]
    [TestCase("covid\u00B2", "covid [UNK]", "covid [UNK]")]
    [TestCase("covid中", "[UNK] 中", "covid 中", Description = "normalisation puts a space between")]
    [TestCase("(covid)", "[UNK] covid [UNK]", "[UNK] covid [UNK]")]
    public void A_single_word_has_no_word_character_beside_it(string text, string raw, string normalized)
    {
        Assert.That(Cut(text, new AddedToken("covid", 0) { SingleWord = true }), Is.EqualTo(raw));
        Assert.That(Cut(text, new AddedToken("covid", 0) { SingleWord = true, Normalized = true }), Is.EqualTo(normalized));
    }

    [Test]
    public void White_space_beside_a_token_is_taken_before_tokens_are_looked_for_in_what_is_left()
    {
        AddedToken spaced = new(" covid", 0) { Normalized = true };
        AddedToken mark = new("[X]", 0);

        Assert.That(Cut("[X] covid", mark, spaced), Is.EqualTo("[X]  covid"));
        Assert.That(Cut("[X] covid", mark with { StripsRight = true }, spaced), Is.EqualTo("[X] [UNK]"));
        Assert.That(Cut("[X]a covid", mark with { StripsRight = true }, spaced), Is.EqualTo("[X] a  covid"));
        Assert.That(Cut("a\u3000[X]", mark, new AddedToken("a ", 0) { Normalized = true }), Is.EqualTo("a  [X]"));
        Assert.That(Cut("a\u3000[X]", mark with { StripsLeft = true }, new AddedToken("a ", 0) { Normalized = true }), Is.EqualTo("a [X]"));
    }

    [Test]
    public void The_leftmost_token_is_taken_and_of_two_at_one_place_the_longer()
    {
        AddedToken shorter = new("covid", 0) { Normalized = true }, longer = new("covid-19", 0) { Normalized = true };

        Assert.That(Cut("covid-19 b-cov", shorter, longer, new("b-c", 0), new("-cov", 0)), Is.EqualTo("covid-19 b-c [UNK]"));
        Assert.That(Cut("covid-19 b-cov", shorter, longer, new("b-c", 0), new("cov", 0)), Is.EqualTo("cov [UNK] [UNK] [UNK] b-c [UNK]"), "raw ones first");
    }

    [Test]
    public void Added_tokens_extend_the_vocabulary_and_cannot_come_from_words()
    {
        Vocabulary vocabulary = Create(new AddedToken("##b", 0), new AddedToken("xb", 0) { SingleWord = true, Normalized = true });

        Assert.That(vocabulary.Count, Is.EqualTo(Pieces.Length + 1));
        Assert.That(SmallVocabulary.Cut("axb xbx xb", vocabulary), Is.EqualTo("a ##x ##b x ##b ##x xb"), "the token is no piece");
    }

    private static string Cut(string text, params AddedToken[] tokens) => SmallVocabulary.Cut(text, Create(tokens));

    // Ids as the reference gives them: a piece's own, else the next one.
    private static Vocabulary Create(params AddedToken[] tokens)
    {
        Vocabulary plain = Vocabulary.Create(Pieces);
        int next = plain.Count;
        for (int i = 0; i < tokens.Length; i++)
        {
            bool inModel = plain.TryGetId(tokens[i].Content, out int id);
            tokens[i] = tokens[i] with { Id = inModel ? id : next++, InModel = inModel };
        }
        return plain.With(plain.Settings, tokens, "a test");
    }
}
