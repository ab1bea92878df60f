using NUnit.Framework;
using QEngine.Training;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Training;

public sealed class InverseClozeTests
{
    private const string Text = "Red cats sleep quite well. Do blue dogs ever run?  Yes. A green bird sings very loudly";

    [Test]
    public void A_sentence_asks_and_the_others_answer()
    {
        SplittableRandom random = new(1);

        IReadOnlyList<(string Sentence, string Remainder)> pairs = InverseCloze.Pairs(Text, 9, ref random);

        Assert.That(pairs, Is.EquivalentTo(new[]
        {
            ("Red cats sleep quite well.", "Do blue dogs ever run? A green bird sings very loudly"),
            ("Do blue dogs ever run?", "Red cats sleep quite well. A green bird sings very loudly"),
            ("A green bird sings very loudly", "Red cats sleep quite well. Do blue dogs ever run?"),
        }));
    }

    [TestCase("")]
    [TestCase("Only one sentence stands here.")]
    [TestCase("Too short. Also short. A long enough sentence this is.")]
    public void Texts_without_two_sentences_give_nothing(string text)
    {
        SplittableRandom random = new(1);

        Assert.That(InverseCloze.Pairs(text, 3, ref random), Is.Empty);
    }

    [Test]
    public void Four_words_are_a_sentence_and_three_are_none()
    {
        const string Short = "These are three. Here are four words. And five of them here.";
        SplittableRandom random = new(1);

        IReadOnlyList<(string Sentence, string Remainder)> pairs = InverseCloze.Pairs(Short, 9, ref random);

        Assert.That(pairs, Is.EquivalentTo(new[]
        {
            ("Here are four words.", "And five of them here."),
            ("And five of them here.", "Here are four words."),
        }));
    }

    [Test]
    public void The_seed_picks_the_sentences()
    {
        HashSet<string> seen = [];
        for (ulong seed = 0; seed < 40; seed++)
        {
            SplittableRandom random = new(seed), same = new(seed);
            IReadOnlyList<(string Sentence, string Remainder)> pair = InverseCloze.Pairs(Text, 1, ref random);
            Assert.That(pair, Is.EqualTo(InverseCloze.Pairs(Text, 1, ref same)).And.Count.EqualTo(1));
            seen.Add(pair[0].Sentence);
        }

        Assert.That(seen, Has.Count.EqualTo(3));
    }

    [Property]
    public void Any_text_gives_distinct_sentences_of_it(string? text)
    {
        SplittableRandom random = new(3);

        IReadOnlyList<(string Sentence, string Remainder)> pairs = InverseCloze.Pairs(text ?? "", 3, ref random);

        Assert.That(pairs, Has.Count.LessThanOrEqualTo(3));
        foreach ((string sentence, string rest) in pairs) Assert.That(text, Does.Contain(sentence).And.Not.Empty, rest);
    }
}
