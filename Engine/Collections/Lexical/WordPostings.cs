using QEngine.Retrieval;

namespace QEngine.Collections;

/// <summary>The documents of a part that a word of a query is in, and how often; scratch memory of one thread.</summary>
internal sealed class WordPostings
{
    private readonly List<int> _terms = [];
    private readonly PostingList _next = new();
    private PostingList _list = new(), _merged = new();

    /// <summary>Rows of the part, ascending.</summary>
    public ReadOnlySpan<int> Rows => _list.Rows;

    /// <summary>How often the word is in each of them.</summary>
    public ReadOnlySpan<int> Frequencies => _list.Frequencies;

    /// <summary>Reads the posting list of a word, or of all words of a stem as of one.</summary>
    /// <param name="part">The part.</param>
    /// <param name="word">The word, or the stem.</param>
    /// <param name="stems">Whether it is a stem.</param>
    /// <exception cref="QEngineException">The file contradicts itself.</exception>
    public void Read(LexicalPart part, ReadOnlySpan<char> word, bool stems)
    {
        part.Find(word, stems, _terms);
        _list.Clear();
        if (_terms.Count > 0) _list.Read(part, _terms[0]);
        for (int i = 1; i < _terms.Count; i++)
        {
            _next.Read(part, _terms[i]);
            _merged.Merge(_list, _next);
            (_list, _merged) = (_merged, _list);
        }
    }

    /// <summary>How many documents a word is in; not read through unless there is need.</summary>
    /// <param name="part">The part.</param>
    /// <param name="word">The word, or the stem.</param>
    /// <param name="stems">Whether it is a stem.</param>
    /// <param name="found">Rows of the segment that count; null for all.</param>
    /// <exception cref="QEngineException">The file contradicts itself.</exception>
    public int Count(LexicalPart part, ReadOnlySpan<char> word, bool stems, RowSet? found)
    {
        part.Find(word, stems, _terms);
        if (_terms.Count == 0) return 0;
        if (_terms.Count == 1 && found is null) return PostingList.CountOf(part, _terms[0]);
        Read(part, word, stems);
        if (found is null) return Rows.Length;
        int count = 0;
        foreach (int row in Rows)
            if (found[part.FirstRow + row]) count++;
        return count;
    }
}
