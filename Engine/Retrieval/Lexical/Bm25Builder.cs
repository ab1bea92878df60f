using System.Runtime.InteropServices;

namespace QEngine.Retrieval;

/// <summary>Collects term frequencies by document, then turns them around into the postings of a <see cref="Bm25Index"/>.</summary>
internal sealed class Bm25Builder
{
    private readonly WordAnalyzer analyzer;
    private readonly bool stems;
    private readonly Dictionary<string, int> terms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;

    // The forward index: one entry for each different term of each document, documents in order.
    private readonly List<int> entryTerms = [];
    private readonly List<int> entryFrequencies = [];
    private readonly List<int> documentEnds = [];
    private readonly List<int> documentLengths = [];

    // For each term its latest entry in the forward index; an entry before the current document's start is another document's.
    private readonly List<int> latestEntries = [];
    private readonly List<int> documentFrequencies = [];

    /// <summary>Creates an empty builder.</summary>
    /// <param name="stems">Whether words are stemmed.</param>
    public Bm25Builder(bool stems)
    {
        this.stems = stems;
        analyzer = new WordAnalyzer(stems);
        lookup = terms.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The documents added so far.</summary>
    public int Count => documentEnds.Count;

    /// <summary>Adds the next document.</summary>
    /// <param name="text">Its text.</param>
    public void Add(string text)
    {
        int start = entryTerms.Count;
        int words = 0;
        analyzer.Start(text);
        while (analyzer.TryNext(out ReadOnlySpan<char> word))
        {
            words++;
            int term = TermOf(word);
            int entry = latestEntries[term];
            if (entry >= start)
            {
                CollectionsMarshal.AsSpan(entryFrequencies)[entry]++;
                continue;
            }
            latestEntries[term] = entryTerms.Count;
            documentFrequencies[term]++;
            entryTerms.Add(term);
            entryFrequencies.Add(1);
        }
        documentEnds.Add(entryTerms.Count);
        documentLengths.Add(words);
    }

    /// <summary>Builds the index over the documents added so far.</summary>
    /// <param name="k1">Saturation of the term frequency, at least 0.</param>
    /// <param name="b">Strength of the length normalisation, 0 to 1.</param>
    /// <returns>The index.</returns>
    public Bm25Index Build(double k1, double b)
    {
        long words = 0;
        foreach (int length in documentLengths) words += length;
        int documentCount = documentLengths.Count;
        double averageLength = (double)words / documentCount;

        int[] offsets = new int[terms.Count + 1];
        double[] idf = new double[terms.Count];
        for (int term = 0; term < idf.Length; term++)
        {
            int df = documentFrequencies[term];
            offsets[term + 1] = offsets[term] + df;
            idf[term] = Math.Log(1 + (documentCount - df + 0.5) / (df + 0.5));
        }

        int[] documents = new int[entryTerms.Count];
        float[] weights = new float[entryTerms.Count];
        int[] next = offsets.AsSpan(0, terms.Count).ToArray();
        int entry = 0;
        for (int document = 0; document < documentCount; document++)
        {
            double saturation = k1 * (1 - b + b * documentLengths[document] / averageLength);
            for (; entry < documentEnds[document]; entry++)
            {
                int term = entryTerms[entry];
                int place = next[term]++;
                documents[place] = document;
                weights[place] = (float)(idf[term] * entryFrequencies[entry] / (entryFrequencies[entry] + saturation));
            }
        }
        return new Bm25Index(terms, offsets, documents, weights, documentCount, averageLength, stems);
    }

    private int TermOf(ReadOnlySpan<char> word)
    {
        if (lookup.TryGetValue(word, out int term)) return term;
        term = terms.Count;
        lookup[word] = term;
        latestEntries.Add(-1);
        documentFrequencies.Add(0);
        return term;
    }
}
