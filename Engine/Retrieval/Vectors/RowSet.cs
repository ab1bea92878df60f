using System.Numerics;

namespace QEngine.Retrieval;

/// <summary>Some of a block's rows, a bit each: those that a search may find.</summary>
/// <remarks>Filled by one thread, then only read, from any number of them.</remarks>
internal sealed class RowSet
{
    private const int RowsPerWord = 64;

    private readonly ulong[] _words;

    /// <summary>A set of no rows.</summary>
    /// <param name="rows">The rows of the block.</param>
    public RowSet(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        (Rows, _words) = (rows, new ulong[(int)(((long)rows + RowsPerWord - 1) / RowsPerWord)]);
    }

    /// <summary>The rows of the block, in the set or not.</summary>
    public int Rows { get; }

    /// <summary>The rows in the set.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in _words) count += BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>Whether a row is in the set.</summary>
    /// <param name="row">The row, at least 0 and below <see cref="Rows"/>.</param>
    public bool this[int row] => (_words[row / RowsPerWord] >> (row % RowsPerWord) & 1) != 0;

    /// <summary>Puts a row in.</summary>
    /// <param name="row">The row.</param>
    public void Add(int row) => _words[row / RowsPerWord] |= 1UL << (row % RowsPerWord);

    /// <summary>Takes out what another set of the same block does not have.</summary>
    /// <param name="other">The other.</param>
    public void IntersectWith(RowSet other)
    {
        for (int i = 0; i < _words.Length; i++) _words[i] &= other._words[i];
    }

    /// <summary>Puts in what another set of the same block has.</summary>
    /// <param name="other">The other.</param>
    public void UnionWith(RowSet other)
    {
        for (int i = 0; i < _words.Length; i++) _words[i] |= other._words[i];
    }

    /// <summary>Takes out what it has, and puts in what it has not.</summary>
    public void Invert()
    {
        for (int i = 0; i < _words.Length; i++) _words[i] = ~_words[i];
        if (Rows % RowsPerWord != 0) _words[^1] &= (1UL << (Rows % RowsPerWord)) - 1;
    }
}
