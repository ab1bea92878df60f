using System.Runtime.InteropServices;

namespace QEngine.Text;

/// <summary>Words as sequences of piece ids, the counts of their adjacent pairs, and the step that joins the most frequent pair.</summary>
/// <remarks>
/// Counts are kept up to date: a join only visits the words that contain the pair. The heap is lazy: an entry whose count is no longer
/// true is corrected when it comes up. Ties go to the pair with the smaller left id, then the smaller right id, so the result is
/// a function of the words alone.
/// </remarks>
internal sealed class PairMerger
{
    private readonly List<Word> _words = [];
    private readonly Dictionary<ulong, Pair> _pairs = [];
    private readonly PriorityQueue<ulong, (long Count, ulong Key)> _heap = new(Comparer<(long Count, ulong Key)>.Create(MostFrequentFirst));
    private readonly List<ulong> _grown = [];

    /// <summary>Adds a word.</summary>
    /// <param name="pieces">The ids of its characters; kept and changed.</param>
    /// <param name="count">How often the word occurs.</param>
    public void Add(int[] pieces, long count)
    {
        _words.Add(new Word(pieces, count));
        CountPairs(_words.Count - 1, PieceTrie.None);
    }

    /// <summary>Puts every pair into the heap; to be called once, after the last word.</summary>
    public void Start()
    {
        foreach ((ulong key, Pair pair) in _pairs) _heap.Enqueue(key, (pair.Count, key));
    }

    /// <summary>Takes the most frequent pair, if one occurs at least <paramref name="minimum"/> times.</summary>
    public bool TryTakeBest(long minimum, out int left, out int right)
    {
        while (_heap.TryDequeue(out ulong key, out (long Count, ulong Key) entry))
        {
            long count = _pairs[key].Count;
            if (count > entry.Count) continue;
            if (count < entry.Count)
            {
                if (count >= minimum) _heap.Enqueue(key, (count, key));
                continue;
            }
            if (count < minimum) break;
            (left, right) = ((int)(key >> 32), (int)key);
            return true;
        }
        (left, right) = (PieceTrie.None, PieceTrie.None);
        return false;
    }

    /// <summary>Joins a pair into one piece in every word, from left to right.</summary>
    public void Merge(int left, int right, int merged)
    {
        Pair pair = _pairs[KeyOf(left, right)];
        List<int> words = pair.Words;
        pair.Words = [];
        foreach (int index in words)
        {
            ref Word word = ref CollectionsMarshal.AsSpan(_words)[index];
            if (!Contains(word, left, right)) continue;
            UncountPairs(word);
            word.Length = Join(word, left, right, merged);
            CountPairs(index, merged);
        }

        foreach (ulong key in _grown)
        {
            Pair grown = _pairs[key];
            if (!grown.Grown) continue;
            grown.Grown = false;
            _heap.Enqueue(key, (grown.Count, key));
        }
        _grown.Clear();
    }

    private static bool Contains(Word word, int left, int right)
    {
        for (int i = 1; i < word.Length; i++)
        {
            if (word.Pieces[i - 1] == left && word.Pieces[i] == right) return true;
        }
        return false;
    }

    private static int Join(Word word, int left, int right, int merged)
    {
        int[] pieces = word.Pieces;
        int length = 0;
        for (int i = 0; i < word.Length; i++)
        {
            bool joins = i + 1 < word.Length && pieces[i] == left && pieces[i + 1] == right;
            pieces[length++] = joins ? merged : pieces[i];
            if (joins) i++;
        }
        return length;
    }

    private void UncountPairs(Word word)
    {
        for (int i = 1; i < word.Length; i++) _pairs[KeyOf(word.Pieces[i - 1], word.Pieces[i])].Count -= word.Count;
    }

    // Only pairs with the newly merged piece can be new to the word or have grown; None as that piece stands for a new word.
    private void CountPairs(int index, int merged)
    {
        Word word = _words[index];
        for (int i = 1; i < word.Length; i++)
        {
            (int left, int right) = (word.Pieces[i - 1], word.Pieces[i]);
            ulong key = KeyOf(left, right);
            ref Pair? slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, key, out _);
            Pair pair = slot ??= new Pair();
            pair.Count += word.Count;
            if (merged != PieceTrie.None && left != merged && right != merged) continue;

            if (pair.Words.Count == 0 || pair.Words[^1] != index) pair.Words.Add(index);
            if (merged == PieceTrie.None || pair.Grown) continue;
            pair.Grown = true;
            _grown.Add(key);
        }
    }

    private static ulong KeyOf(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private static int MostFrequentFirst((long Count, ulong Key) left, (long Count, ulong Key) right) =>
        left.Count != right.Count ? right.Count.CompareTo(left.Count) : left.Key.CompareTo(right.Key);

    private struct Word(int[] pieces, long count)
    {
        public readonly int[] Pieces = pieces;
        public readonly long Count = count;
        public int Length = pieces.Length;
    }

    private sealed class Pair
    {
        // How often the pair occurs in the corpus.
        public long Count;

        // Words that contained the pair when they were added; some may no longer.
        public List<int> Words = [];

        // Whether the heap lacks the present count, which has grown.
        public bool Grown;
    }
}
