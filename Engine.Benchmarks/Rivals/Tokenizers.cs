using QEngine.Text;

namespace QEngine.Benchmarks.Rivals;

/// <summary>Tokenizers of the same vocabulary, each as fast as its interface allows.</summary>
internal sealed class Tokenizers
{
    private readonly string[] _texts;
    private readonly BertTokenizer _own;
    private readonly FastBertTokenizer.BertTokenizer _fast = new();
    private readonly global::Microsoft.ML.Tokenizers.BertTokenizer _microsoft;
    private readonly int _maximum;

    /// <summary>Loads the vocabulary into each.</summary>
    /// <param name="own">The engine's.</param>
    /// <param name="vocabulary">vocab.txt, lower-cased texts.</param>
    /// <param name="texts">What is tokenised.</param>
    /// <param name="maximum">Most ids a text.</param>
    public Tokenizers(BertTokenizer own, string vocabulary, string[] texts, int maximum)
    {
        (_own, _texts, _maximum) = (own, texts, maximum);
        using StreamReader reader = new(vocabulary);
        _fast.LoadVocabulary(reader, convertInputToLowercase: true);
        _microsoft = global::Microsoft.ML.Tokenizers.BertTokenizer.Create(vocabulary);
    }

    /// <summary>All texts once, into one buffer.</summary>
    public void Own()
    {
        Span<int> ids = new int[_maximum];
        foreach (string text in _texts) _own.Encode(text, ids);
    }

    /// <summary>All texts once, into one buffer.</summary>
    public void Fast()
    {
        Span<long> ids = new long[_maximum], mask = new long[_maximum], types = new long[_maximum];
        foreach (string text in _texts) _fast.Encode(text, ids, mask, types);
    }

    /// <summary>All texts once.</summary>
    public void Microsoft()
    {
        foreach (string text in _texts) _microsoft.EncodeToIds(text, _maximum, out _, out _);
    }

    /// <summary>Share of the texts whose ids differ from the engine's: FastBertTokenizer's, then Microsoft's.</summary>
    public (double Fast, double Microsoft) Differences()
    {
        int fast = 0, microsoft = 0;
        foreach (string text in _texts)
        {
            int[] own = _own.Encode(text, _maximum);
            long[] theirs = _fast.Encode(text, _maximum).InputIds.ToArray();
            if (!own.Select(id => (long)id).SequenceEqual(theirs)) fast++;
            if (!own.SequenceEqual(_microsoft.EncodeToIds(text, _maximum, out _, out _))) microsoft++;
        }
        return ((double)fast / _texts.Length, (double)microsoft / _texts.Length);
    }
}
