using System.Buffers.Binary;
using QEngine.Retrieval;

namespace QEngine.Collections;

/// <summary>
/// BM25 over the documents of a collection that can be found, with the bits of a <see cref="Bm25Index"/> over their texts. Posting lists
/// are read from the segments' files, query by query. Safe from many threads.
/// </summary>
/// <remarks>
/// A list has deleted documents too: they do not count in the statistics and are not found. The documents a word is in are counted when
/// it is asked for, as the number that its list begins with, or, in segments that hide rows, by reading the list once more: exact, and
/// nothing is read of words that nobody asks for.
/// </remarks>
internal sealed class LexicalIndex
{
    private readonly Collection _collection;
    private readonly List<(LexicalPart Part, Segment Segment)> _parts = [];
    private readonly long _words;

    // Kept from one search to the next; searches at the same time have their own.
    private LexicalScratch? _idle;

    /// <summary>Counts the words of the documents that can be found.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="cancellationToken">Stops the work where texts have to be read, as lexical files are damaged.</param>
    /// <exception cref="QEngineException">A file contradicts itself, or somebody cut one short.</exception>
    /// <exception cref="ObjectDisposedException">The collection is closed.</exception>
    public LexicalIndex(Collection collection, CancellationToken cancellationToken)
    {
        _collection = collection;
        using SharedUse.Visit visit = collection.EnterMapped();
        foreach (Segment segment in collection.Segments)
        {
            foreach (LexicalPart part in segment.Lexical ?? LexicalTexts.Read(segment, cancellationToken))
            {
                _parts.Add((part, segment));
                for (int row = 0; row < part.Documents; row++)
                    if (!segment.IsHidden(part.FirstRow + row)) _words += Length(part, part.Lengths, row);
            }
        }
    }

    /// <summary>The best documents, by their numbers in the collection; of equal scores the oldest first.</summary>
    /// <param name="text">The query.</param>
    /// <param name="settings">BM25's parameters.</param>
    /// <param name="count">The most that are wanted, at least 1.</param>
    /// <param name="mayBeFound">Whether a document may be among them; null for all.</param>
    /// <exception cref="QEngineException">A file contradicts itself, or somebody cut one short.</exception>
    /// <exception cref="ObjectDisposedException">The collection is closed.</exception>
    public Hit[] Search(string text, Bm25Settings settings, int count, Predicate<int>? mayBeFound)
    {
        using SharedUse.Visit visit = _collection.EnterMapped();
        LexicalScratch scratch = Interlocked.Exchange(ref _idle, null) ?? new LexicalScratch(_collection.Segments);
        Array.Clear(scratch.Scores);
        Bm25Formula formula = new(settings.K1, settings.B, (int)_collection.Count, _words);
        WordAnalyzer analyzer = new(settings.Stem);
        analyzer.Start(text);
        while (analyzer.TryNext(out ReadOnlySpan<char> word)) Add(word, settings.Stem, formula, scratch);
        Hit[] best = Best(scratch, count, mayBeFound);
        Volatile.Write(ref _idle, scratch);
        return best;
    }

    /// <summary>Adds a word's weights to the scores of all documents that it is in.</summary>
    private void Add(ReadOnlySpan<char> word, bool stems, in Bm25Formula formula, LexicalScratch scratch)
    {
        int documents = 0;
        foreach ((LexicalPart part, Segment segment) in _parts)
            documents += scratch.Postings.Count(part, word, stems, segment.Block.Found);
        if (documents == 0) return;
        double idf = formula.InverseDocumentFrequency(documents);
        foreach ((LexicalPart part, Segment segment) in _parts)
        {
            scratch.Postings.Read(part, word, stems);
            ReadOnlySpan<int> rows = scratch.Postings.Rows, frequencies = scratch.Postings.Frequencies;
            ReadOnlySpan<byte> lengths = part.Lengths;
            Span<float> scores = scratch.Scores.AsSpan(segment.Block.FirstIndex + part.FirstRow, part.Documents);
            for (int i = 0; i < rows.Length; i++)
            {
                int length = Length(part, lengths, rows[i]);
                if (frequencies[i] > length)
                    throw part.Contradiction($"a word at most {length} times in row {part.FirstRow + rows[i]}", $"{frequencies[i]} times");
                scores[rows[i]] += Bm25Formula.Weight(idf, frequencies[i], formula.Saturation(length));
            }
        }
    }

    private Hit[] Best(LexicalScratch scratch, int count, Predicate<int>? mayBeFound)
    {
        scratch.Best.Reset(count);
        // Documents come in ascending order, so one that only equals the worst kept score loses the tie.
        float bar = 0;
        foreach (Segment segment in _collection.Segments)
        {
            int first = segment.Block.FirstIndex;
            ReadOnlySpan<float> scores = scratch.Scores.AsSpan(first, segment.Block.Count);
            for (int row = 0; row < scores.Length; row++)
            {
                if (!(scores[row] > bar) || segment.IsHidden(row) || mayBeFound?.Invoke(first + row) == false) continue;
                scratch.Best.Push(scores[row], first + row);
                bar = Math.Max(0, scratch.Best.Threshold);
            }
        }
        return scratch.Best.Drain().ToArray();
    }

    private static int Length(LexicalPart part, ReadOnlySpan<byte> lengths, int row)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(lengths[(row * sizeof(int))..]);
        return length >= 0 ? length : throw part.Contradiction("at least 0 words of a document", $"{length} in row {part.FirstRow + row}");
    }
}
