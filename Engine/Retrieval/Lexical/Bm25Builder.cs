using System.Runtime.InteropServices;

namespace QEngine.Retrieval;

/// <summary>Collects term frequencies by document, then turns them around into the postings of a <see cref="Bm25Index"/>.</summary>
internal sealed class Bm25Builder
{
    private readonly WordAnalyzer _analyzer;
    private readonly bool _stems;
    private readonly Dictionary<string, int> _terms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    // The forward index: one entry for each different term of each document, documents in order.
    private readonly List<int> _entryTerms = [];
    private readonly List<int> _entryFrequencies = [];
    private readonly List<int> _documentEnds = [];
    private readonly List<int> _documentLengths = [];

    // For each term its latest entry in the forward index; an entry before the current document's start is another document's.
    private readonly List<int> _latestEntries = [];
    private readonly List<int> _documentFrequencies = [];

    /// <summary>Creates an empty builder.</summary>
    /// <param name="stems">Whether words are stemmed.</param>
    public Bm25Builder(bool stems)
    {
        _stems = stems;
        _analyzer = new WordAnalyzer(stems);
        _lookup = _terms.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The documents added so far.</summary>
    public int Count => _documentEnds.Count;

    /// <summary>Adds the next document.</summary>
    /// <param name="text">Its text.</param>
    public void Add(string text)
    {
        int start = _entryTerms.Count;
        int words = 0;
        _analyzer.Start(text);
        while (_analyzer.TryNext(out ReadOnlySpan<char> word))
        {
            words++;
            int term = TermOf(word);
            int entry = _latestEntries[term];
            if (entry >= start)
            {
                CollectionsMarshal.AsSpan(_entryFrequencies)[entry]++;
                continue;
            }
            _latestEntries[term] = _entryTerms.Count;
            _documentFrequencies[term]++;
            _entryTerms.Add(term);
            _entryFrequencies.Add(1);
        }
        _documentEnds.Add(_entryTerms.Count);
        _documentLengths.Add(words);
    }

    /// <summary>Builds the index over the documents added so far.</summary>
    /// <param name="k1">Saturation of the term frequency, at least 0.</param>
    /// <param name="b">Strength of the length normalisation, 0 to 1.</param>
    /// <returns>The index.</returns>
    public Bm25Index Build(double k1, double b)
    {
        long words = 0;
        foreach (int length in _documentLengths) words += length;
        int documentCount = _documentLengths.Count;
        double averageLength = (double)words / documentCount;

        int[] offsets = new int[_terms.Count + 1];
        double[] idf = new double[_terms.Count];
        for (int term = 0; term < idf.Length; term++)
        {
            int df = _documentFrequencies[term];
            offsets[term + 1] = offsets[term] + df;
            idf[term] = Math.Log(1 + (documentCount - df + 0.5) / (df + 0.5));
        }

        int[] documents = new int[_entryTerms.Count];
        float[] weights = new float[_entryTerms.Count];
        int[] next = offsets.AsSpan(0, _terms.Count).ToArray();
        int entry = 0;
        for (int document = 0; document < documentCount; document++)
        {
            double saturation = k1 * (1 - b + b * _documentLengths[document] / averageLength);
            for (; entry < _documentEnds[document]; entry++)
            {
                int term = _entryTerms[entry];
                int place = next[term]++;
                documents[place] = document;
                weights[place] = (float)(idf[term] * _entryFrequencies[entry] / (_entryFrequencies[entry] + saturation));
            }
        }
        return new Bm25Index(_terms, offsets, documents, weights, documentCount, averageLength, _stems);
    }

    private int TermOf(ReadOnlySpan<char> word)
    {
        if (_lookup.TryGetValue(word, out int term)) return term;
        term = _terms.Count;
        _lookup[word] = term;
        _latestEntries.Add(-1);
        _documentFrequencies.Add(0);
        return term;
    }
}
