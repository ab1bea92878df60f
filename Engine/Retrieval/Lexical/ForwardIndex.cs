using System.Runtime.InteropServices;

namespace QEngine.Retrieval;

/// <summary>Which words a document has and how often, document by document, until they are turned around into posting lists.</summary>
internal sealed class ForwardIndex
{
    private readonly WordAnalyzer _analyzer;
    private readonly Dictionary<string, int> _terms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    // One entry for each different term of each document, documents in order.
    private readonly List<int> _entryTerms = [];
    private readonly List<int> _entryFrequencies = [];
    private readonly List<int> _documentEnds = [];
    private readonly List<int> _documentLengths = [];

    // For each term its latest entry; one before the current document's start is another document's.
    private readonly List<int> _latestEntries = [];
    private readonly List<int> _documentFrequencies = [];

    /// <summary>Creates an index of no documents.</summary>
    /// <param name="stems">Whether words are stemmed.</param>
    public ForwardIndex(bool stems)
    {
        _analyzer = new WordAnalyzer(stems);
        _lookup = _terms.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The documents added so far.</summary>
    public int Count => _documentEnds.Count;

    /// <summary>The postings so far: different terms of a document, over all documents.</summary>
    public int PostingCount => _entryTerms.Count;

    /// <summary>The terms with their numbers, from 0 in the order in which they came.</summary>
    public Dictionary<string, int> Terms => _terms;

    /// <summary>Words of each document.</summary>
    public ReadOnlySpan<int> DocumentLengths => CollectionsMarshal.AsSpan(_documentLengths);

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

    /// <summary>
    /// The posting lists: those of term t are the entries offsets[t] .. offsets[t + 1] of documents, ascending, and of frequencies.
    /// </summary>
    public (int[] Offsets, int[] Documents, int[] Frequencies) Invert()
    {
        int[] offsets = new int[_terms.Count + 1];
        for (int term = 0; term < _terms.Count; term++) offsets[term + 1] = offsets[term] + _documentFrequencies[term];
        int[] documents = new int[_entryTerms.Count], frequencies = new int[_entryTerms.Count];
        int[] next = offsets.AsSpan(0, _terms.Count).ToArray();
        int entry = 0;
        for (int document = 0; document < _documentEnds.Count; document++)
        {
            for (; entry < _documentEnds[document]; entry++)
            {
                int place = next[_entryTerms[entry]]++;
                (documents[place], frequencies[place]) = (document, _entryFrequencies[entry]);
            }
        }
        return (offsets, documents, frequencies);
    }

    /// <summary>Forgets all documents and terms; memory is kept for the next.</summary>
    public void Clear()
    {
        _terms.Clear();
        foreach (List<int> list in (ReadOnlySpan<List<int>>)
            [_entryTerms, _entryFrequencies, _documentEnds, _documentLengths, _latestEntries, _documentFrequencies])
            list.Clear();
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
