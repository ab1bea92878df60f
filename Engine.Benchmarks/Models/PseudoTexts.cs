using System.Text;
using QEngine.Text;

namespace QEngine.Benchmarks;

/// <summary>Texts of made-up words, the frequent ones as much more frequent than the others as in a language (Zipf's law).</summary>
internal static class PseudoTexts
{
    private const int Words = 5_000, TrainingTexts = 2_000, WordsPerText = 20, Pieces = 3_000;

    private static readonly string[] Onsets = ["b", "c", "d", "f", "g", "l", "m", "n", "p", "qu", "r", "s", "st", "t", "tr", "v"];
    private static readonly string[] Rimes = ["a", "an", "e", "en", "er", "i", "in", "o", "on", "u", "us"];

    /// <summary>Draws texts.</summary>
    /// <param name="shape">How many of how many words.</param>
    /// <param name="seed">Picks the words, from one list for all seeds.</param>
    internal static string[] Draw(TextsShape shape, ulong seed)
    {
        SplittableRandom random = new(seed);
        string[] lexicon = Lexicon(), texts = new string[shape.Texts];
        for (int i = 0; i < texts.Length; i++)
        {
            StringBuilder text = new();
            // An exponential of a uniform number: rank r with a probability of about 1 / r.
            for (int word = 0; word < shape.Words; word++)
                text.Append(word == 0 ? "" : " ").Append(lexicon[(int)Math.Pow(Words, random.NextDouble()) - 1]);
            texts[i] = text.ToString();
        }
        return texts;
    }

    /// <summary>A tokenizer trained on such texts: frequent words are one piece, the others several.</summary>
    internal static BertTokenizer Tokenizer() => new(WordPieceTrainer.Train(
        Draw(new TextsShape(TrainingTexts, WordsPerText), seed: 1), new WordPieceTrainerOptions { VocabularySize = Pieces }));

    private static string[] Lexicon()
    {
        SplittableRandom random = new(seed: 0);
        string[] lexicon = new string[Words];
        for (int word = 0; word < lexicon.Length; word++)
        {
            for (int syllable = random.NextInt(4); syllable >= 0; syllable--)
                lexicon[word] += Onsets[random.NextInt(Onsets.Length)] + Rimes[random.NextInt(Rimes.Length)];
        }
        return lexicon;
    }
}
