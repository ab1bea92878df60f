using FsCheck;
using NUnit.Framework;
using QEngine.Tests.Oracles;
using QEngine.Text;
using QEngine.Tools.Cli;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Text;

public sealed class WordPieceTrainerTests
{
    private static readonly string[] Corpus =
    [
        "Low lower lowest", "new newer newest", "wide wider widest", "low low low new new", "the lowest of the newest, the widest!",
        "[MASK] the",
    ];

    [Test]
    public void The_most_frequent_pairs_are_joined_first()
    {
        // ab 3 times (pair a ##b), cd twice: a ##b before c ##d.
        Vocabulary vocabulary = WordPieceTrainer.Train(["ab ab ab cd cd e"], new() { VocabularySize = 100 });

        Assert.That(PiecesOf(vocabulary), Is.EqualTo(new[]
        {
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "d", "e", "##b", "##d", "ab", "cd",
        }));
    }

    [Test]
    public void Ties_go_to_the_smaller_ids_and_overlaps_join_from_the_left()
    {
        Vocabulary vocabulary = WordPieceTrainer.Train(["xy ab", "aaaa"], new() { VocabularySize = 100, MinimumFrequency = 1 });

        // ##a ##a occurs twice; then a ##b, a ##aa and x ##y once each.
        Assert.That(PiecesOf(vocabulary)[9..], Is.EqualTo(new[] { "##a", "##b", "##y", "##aa", "ab", "aaa", "xy", "aaaa" }));
    }

    [Test]
    public void Naive_recounting_finds_the_same_pieces()
    {
        List<string> corpus = [];
        for (int i = 1; i <= 400; i++) corpus.Add(Spell(i * 7919 % 3001));
        WordPieceTrainerOptions options = new() { VocabularySize = 150 };

        Vocabulary vocabulary = WordPieceTrainer.Train(corpus, options);

        Assert.That(vocabulary.Count, Is.EqualTo(options.VocabularySize));
        string[] pieces = PiecesOf(vocabulary);
        Assert.That(pieces, Is.EqualTo(NaivePairJoining.Continue(pieces[..FirstJoined(vocabulary)], corpus, options)));
    }

    [Test]
    public void The_order_of_the_texts_does_not_matter()
    {
        string[] reversed = [.. Corpus];
        Array.Reverse(reversed);
        WordPieceTrainerOptions options = new() { VocabularySize = 60 };

        Assert.That(PiecesOf(WordPieceTrainer.Train(Corpus, options)), Is.EqualTo(PiecesOf(WordPieceTrainer.Train(reversed, options))));
    }

    [Property(MaxTest = 100)]
    public bool The_corpus_is_covered_and_the_size_kept(NonNull<string>[] texts)
    {
        List<string> corpus = [.. Corpus];
        foreach (NonNull<string> text in texts) corpus.Add(text.Get);
        Vocabulary vocabulary = WordPieceTrainer.Train(corpus, new() { VocabularySize = 600 });
        BertTokenizer tokenizer = new(vocabulary);

        return vocabulary.Count <= 600
            && corpus.TrueForAll(text => Array.IndexOf(tokenizer.Encode(text, int.MaxValue), vocabulary.UnknownId) < 0);
    }

    [Test]
    public void The_size_is_reached_where_pairs_suffice()
    {
        Assert.That(WordPieceTrainer.Train(Corpus, new() { VocabularySize = 40 }).Count, Is.EqualTo(40));
    }

    [Test]
    public void The_alphabet_limit_keeps_the_most_frequent_characters()
    {
        Vocabulary vocabulary = WordPieceTrainer.Train(["aaa bb abc"], new() { AlphabetLimit = 2, MinimumFrequency = 1 });

        Assert.That(vocabulary.TryGetId("c", out _), Is.False);
        Assert.That(SmallVocabulary.Cut("aaa bb abc", vocabulary), Is.EqualTo("aaa bb [UNK]"));
    }

    [TestCase("d c b a", "a b", "c d")]
    [TestCase("d d a b c", "a d", "b c")]
    public void Of_equally_frequent_characters_the_smaller_are_kept(string text, string kept, string left)
    {
        Vocabulary vocabulary = WordPieceTrainer.Train([text], new() { AlphabetLimit = 2, MinimumFrequency = 1 });

        Assert.That(kept.Split(' ').All(piece => vocabulary.TryGetId(piece, out _)), Is.True);
        Assert.That(left.Split(' ').Any(piece => vocabulary.TryGetId(piece, out _)), Is.False);
    }

    [Test]
    public void Case_and_words_too_long_follow_the_settings()
    {
        TokenizerSettings cased = new() { Lowercase = false, MaximumWordCharacters = 4 };
        Vocabulary vocabulary = WordPieceTrainer.Train(["Ab Ab xxxxx"], new() { Settings = cased });

        Assert.That(vocabulary.TryGetId("Ab", out _), Is.True);
        Assert.That(vocabulary.TryGetId("x", out _), Is.False);
        Assert.That(vocabulary.Settings, Is.EqualTo(cased));
    }

    [Test]
    public void Progress_ends_at_the_number_of_pieces()
    {
        List<VocabularyProgress> reports = [];

        Vocabulary vocabulary = WordPieceTrainer.Train(Corpus, new() { VocabularySize = 64 }, new SynchronousProgress<VocabularyProgress>(reports.Add));

        Assert.That(reports[^1], Is.EqualTo(new VocabularyProgress(vocabulary.Count, 64)));
    }

    [Test]
    public void Cancellation_ends_training() => Assert.That(
        () => WordPieceTrainer.Train(Corpus, cancellationToken: new CancellationToken(canceled: true)),
        Throws.InstanceOf<OperationCanceledException>());

    [Test]
    public void Bad_options_are_refused()
    {
        Assert.That(() => WordPieceTrainer.Train(Corpus, new() { VocabularySize = 10 }), Refused("found 10"));
        Assert.That(() => WordPieceTrainer.Train(Corpus, new() { MinimumFrequency = 0 }), Refused("found 0"));
        Assert.That(() => WordPieceTrainer.Train(Corpus, new() { AlphabetLimit = 0 }), Refused("found 0"));
        Assert.That(() => WordPieceTrainer.Train(Corpus, new() { Settings = new() { ContinuingPrefix = "" } }), Refused("continuing prefix"));
    }

    [Test]
    public void An_empty_corpus_gives_the_special_tokens() => Assert.That(WordPieceTrainer.Train([]).Count, Is.EqualTo(5));

    // Words with many repeated and overlapping parts: digits spelled by syllables.
    private static string Spell(int number)
    {
        string[] syllables = ["ba", "bab", "aa", "na", "ana", "nan", "ab", "bb", "aan", "n"];
        string word = "";
        for (int rest = number; rest > 0; rest /= 10) word += syllables[rest % 10];
        return word + " " + word[..(word.Length / 2)];
    }

    private static int FirstJoined(Vocabulary vocabulary)
    {
        int id = 5;
        while (vocabulary[id].Replace("##", "").Length == 1) id++;
        return id;
    }

    private static NUnit.Framework.Constraints.Constraint Refused(string expected) =>
        Throws.TypeOf<QEngineException>().With.Message.Contains(expected);

    private static string[] PiecesOf(Vocabulary vocabulary)
    {
        string[] pieces = new string[vocabulary.Count];
        for (int id = 0; id < pieces.Length; id++) pieces[id] = vocabulary[id];
        return pieces;
    }
}
