using BenchmarkDotNet.Attributes;
using QEngine.Text;

namespace QEngine.Benchmarks;

/// <summary>From texts to token ids, on one thread; a trained vocabulary of 3,000 pieces.</summary>
public class TokenizerBenchmarks
{
    private readonly int[] _ids = new int[512];
    private BertTokenizer? _tokenizer;
    private string[] _texts = [];

    /// <summary>The texts.</summary>
    [ParamsSource(nameof(Cases))]
    public TextsShape Shape { get; set; } = Shapes.Texts[0];

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<TextsShape> Cases => Shapes.Texts;

    [GlobalSetup]
    public void Setup()
    {
        _tokenizer = PseudoTexts.Tokenizer();
        _texts = PseudoTexts.Draw(Shape, seed: 2);
        foreach (string text in _texts)
        {
            List<int> expected = Naive(text);
            if (_ids.AsSpan(0, _tokenizer.Encode(text, _ids)).SequenceEqual([.. expected])) continue;
            throw new InvalidOperationException($"{nameof(Encode)}: expected {string.Join(' ', expected)} for '{text}'");
        }
    }

    [Benchmark]
    public int Encode()
    {
        int tokens = 0;
        foreach (string text in _texts) tokens += _tokenizer!.Encode(text, _ids);
        return tokens;
    }

    /// <summary>The longest piece at the start of what is left of each word.</summary>
    private List<int> Naive(string text)
    {
        Vocabulary vocabulary = _tokenizer!.Vocabulary;
        List<int> ids = [vocabulary.ClassificationId];
        foreach (string word in text.Split(' '))
        {
            int start = 0, first = ids.Count;
            for (int end = word.Length; start < word.Length && end > start; end--)
            {
                if (!vocabulary.TryGetId((start == 0 ? "" : "##") + word[start..end], out int id)) continue;
                ids.Add(id);
                (start, end) = (end, word.Length + 1);
            }
            if (start == word.Length) continue;
            ids.RemoveRange(first, ids.Count - first);
            ids.Add(vocabulary.UnknownId);
        }
        return [.. ids.Take(_ids.Length - 1), vocabulary.SeparatorId];
    }
}
