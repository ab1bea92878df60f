using NUnit.Framework;
using QEngine.Retrieval;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Retrieval;

/// <summary>Porter's stemmer on the examples of his paper, rule by rule, and on words as they stand in his published vocabulary.</summary>
public sealed class PorterStemmerTests
{
    // Each example of the paper after all steps, not only after the one it illustrates.
    [TestCase("caresses caress ponies poni ties ti caress caress cats cat", TestName = "Step 1a")]
    [TestCase("feed feed agreed agre plastered plaster bled bled motoring motor sing sing", TestName = "Step 1b")]
    [TestCase("conflated conflat troubled troubl sized size hopping hop tanned tan falling fall hissing hiss fizzed fizz failing fail filing file", TestName = "Step 1b, tidied")]
    [TestCase("happy happi sky sky", TestName = "Step 1c")]
    [TestCase(
        "relational relat conditional condit rational ration valenci valenc hesitanci hesit digitizer digit conformabli conform radicalli radic differentli differ vileli vile "
        + "analogousli analog vietnamization vietnam predication predic operator oper feudalism feudal decisiveness decis hopefulness hope callousness callous "
        + "formaliti formal sensitiviti sensit sensibiliti sensibl", TestName = "Step 2")]
    [TestCase("triplicate triplic formative form formalize formal electriciti electr electrical electr hopeful hope goodness good", TestName = "Step 3")]
    [TestCase(
        "revival reviv allowance allow inference infer airliner airlin gyroscopic gyroscop adjustable adjust defensible defens irritant irrit replacement replac "
        + "adjustment adjust dependent depend adoption adopt homologou homolog communism commun activate activ angulariti angular homologous homolog effective effect "
        + "bowdlerize bowdler", TestName = "Step 4")]
    [TestCase("probate probat rate rate cease ceas controll control roll roll", TestName = "Step 5")]
    [TestCase("generalizations gener oscillators oscil connect connect connected connect connecting connect connection connect connections connect", TestName = "Several steps")]
    [TestCase("possibly possibl archaeology archaeolog as as by by", TestName = "Departures from the paper")]
    [TestCase(
        "abandoned abandon abilities abil abruption abrupt accompany accompani acquired acquir yes ye youth youth enjoy enjoi syllable syllabl "
        + "knightly knightli opinion opinion ocean ocean embassy embassi dying dy agreement agreement lying ly skis ski", TestName = "Vocabulary")]
    [TestCase("b2b b2b 2019s 2019 cafés café", TestName = "Digits and other letters are consonants")]
    public void Words_have_the_published_stems(string pairs)
    {
        string[] words = pairs.Split(' ');

        for (int i = 0; i < words.Length; i += 2) Assert.That(Stem(words[i]), Is.EqualTo(words[i + 1]), words[i]);
    }

    [Property]
    public bool A_stem_is_no_longer_than_its_word_and_begins_as_it(string word) => Stem(word ?? "") is { } stem && stem.Length <= (word ?? "").Length && (word ?? "").StartsWith(stem[..Math.Min(1, stem.Length)], StringComparison.Ordinal);

    [Property]
    public bool Any_letters_have_a_stem(byte[] letters)
    {
        string word = string.Concat(letters.Select(letter => "aeiouybdglmnrstz"[letter % 16]));
        string stem = Stem(word);
        return stem.Length >= Math.Min(word.Length, 1) && stem.Length <= word.Length;
    }

    [Test]
    public void What_is_no_word_of_English_stays()
    {
        string run = new('y', 100_000);

        Assert.That(Stem(run), Is.EqualTo(run));
        Assert.That(Stem(new string('y', 63) + "s"), Has.Length.EqualTo(63));
    }

    [Test]
    public void The_analyzer_stems_where_it_is_told_to()
    {
        WordAnalyzer plain = new(), stemming = new(stems: true);

        Assert.That(Words(plain, "Connected, CONNECTING!"), Is.EqualTo(new[] { "connected", "connecting" }));
        Assert.That(Words(stemming, "Connected, CONNECTING! is"), Is.EqualTo(new[] { "connect", "connect", "is" }));
    }

    [Test]
    public void A_stemming_index_finds_other_forms()
    {
        string[] documents = ["He connects cars", "Trees"];

        Assert.That(Bm25Index.Build(documents).CreateSearcher().Search("connection", 2).Length, Is.Zero);
        Bm25Index index = Bm25Index.Build(documents, stem: true);
        Assert.That(index.CreateSearcher().Search("connection car", 2).ToArray().Select(hit => hit.Index), Is.EqualTo(new[] { 0 }));
        Assert.That((index.Stems, index.DocumentFrequency("connect"), index.DocumentFrequency("connects")), Is.EqualTo((true, 1, 0)));
    }

    private static List<string> Words(WordAnalyzer analyzer, string text)
    {
        List<string> words = [];
        analyzer.Start(text);
        while (analyzer.TryNext(out ReadOnlySpan<char> word)) words.Add(word.ToString());
        return words;
    }

    private static string Stem(string word)
    {
        char[] letters = word.ToCharArray();
        return new string(letters, 0, PorterStemmer.Stem(letters));
    }
}
