using System.Buffers.Binary;
using System.Text;
using QEngine.Retrieval;
using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>An inverted index of consecutive rows of a segment: words, the documents that have them, and how often.</summary>
/// <remarks>
/// Little endian, n documents and t terms: n numbers of words (4 bytes each), t ends of terms within the text and t ends of posting lists
/// (4 bytes each), the terms' numbers in the order of their stems (4 bytes each), the text (UTF-8), terms ascending by their bytes, and
/// the posting lists (<see cref="PostingList"/>). Words are those of <see cref="WordAnalyzer"/>, not stemmed; the order finds all those
/// of a stem.
/// Every number is checked when it is used. Safe from many threads.
/// </remarks>
/// <param name="layout">Its sizes.</param>
/// <param name="bytes">Its bytes, as many as the layout says.</param>
/// <param name="firstRow">The segment's row of its first document.</param>
/// <param name="name">The file, for errors.</param>
internal sealed class LexicalPart(LexicalPartLayout layout, ReadOnlyMemory<byte> bytes, int firstRow, string name)
{
    // Longer words are looked for without memory of the stack.
    private const int ShortWord = 256;

    /// <summary>Its documents.</summary>
    public int Documents => layout.Documents;

    /// <summary>The segment's row of its first document.</summary>
    public int FirstRow => firstRow;

    /// <summary>Words of each document, 4 bytes each.</summary>
    public ReadOnlySpan<byte> Lengths => bytes.Span[..(int)layout.TextEnds];

    /// <summary>The terms that a word of a query finds.</summary>
    /// <param name="word">The word, or its stem.</param>
    /// <param name="stems">Whether it is a stem, which finds all words of it.</param>
    /// <param name="terms">Receives their numbers.</param>
    /// <exception cref="QEngineException">The file contradicts itself.</exception>
    public void Find(ReadOnlySpan<char> word, bool stems, List<int> terms)
    {
        terms.Clear();
        if (stems) FindStem(word, terms);
        else if (FindWord(word) is >= 0 and int term) terms.Add(term);
    }

    /// <summary>The posting list of a term.</summary>
    /// <exception cref="QEngineException">The file contradicts itself.</exception>
    public ReadOnlySpan<byte> Postings(int term) =>
        Slice(layout.PostingEnds, term, layout.Postings, layout.PostingBytes, "posting lists");

    /// <summary>The error for numbers that do not fit each other.</summary>
    public QEngineException Contradiction(string expected, string found) => new($"expected {expected}, found {found} in {name}");

    private int FindWord(ReadOnlySpan<char> word)
    {
        int count = Encoding.UTF8.GetByteCount(word), from = 0, to = layout.Terms - 1;
        Span<byte> wanted = count <= ShortWord ? stackalloc byte[count] : new byte[count];
        Encoding.UTF8.GetBytes(word, wanted);
        while (from <= to)
        {
            int middle = from + ((to - from) / 2), order = Term(middle).SequenceCompareTo(wanted);
            if (order == 0) return middle;
            if (order < 0) from = middle + 1;
            else to = middle - 1;
        }
        return -1;
    }

    private void FindStem(ReadOnlySpan<char> stem, List<int> terms)
    {
        int from = 0, to = layout.Terms;
        while (from < to)
        {
            int middle = from + ((to - from) / 2);
            if (CompareStem(TermByStem(middle), stem) < 0) from = middle + 1;
            else to = middle;
        }
        for (; from < layout.Terms && TermByStem(from) is var term && CompareStem(term, stem) == 0; from++) terms.Add(term);
    }

    private int CompareStem(int term, ReadOnlySpan<char> stem)
    {
        ReadOnlySpan<byte> text = Term(term);
        Span<char> word = text.Length <= ShortWord ? stackalloc char[text.Length] : new char[text.Length];
        word = word[..Encoding.UTF8.GetChars(text, word)];
        return ((ReadOnlySpan<char>)word[..PorterStemmer.Stem(word)]).SequenceCompareTo(stem);
    }

    private ReadOnlySpan<byte> Term(int term) => Slice(layout.TextEnds, term, layout.Text, layout.TextBytes, "words");

    private int TermByStem(int place)
    {
        int term = Number(layout.StemOrder, place);
        return (uint)term < (uint)layout.Terms ? term : throw Contradiction($"terms below {layout.Terms}", $"{term}");
    }

    private ReadOnlySpan<byte> Slice(long ends, int term, long start, int length, string what)
    {
        int from = term == 0 ? 0 : Number(ends, term - 1), to = Number(ends, term);
        if (from < 0 || to < from || to > length)
            throw Contradiction($"{what} one after another in {length} bytes", $"that of term {term} from {from} to {to}");
        return bytes.Span.Slice((int)start + from, to - from);
    }

    private int Number(long start, int place) =>
        BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[((int)start + (place * sizeof(int)))..]);
}
