using System.Numerics;

namespace QEngine.Text;

/// <summary>Strings with a number each, for longest-prefix search.</summary>
/// <remarks>
/// A trie whose nodes hold a bit for each of the 64 most frequent ASCII characters: the child along one of them is so many nodes behind the
/// first child as there are lower bits set. So a step reads one node. Edges of other characters are in a hash table. Nodes are numbered
/// level by level, so that those of short prefixes, which are read most, lie together. Immutable once built, so safe from many threads; a
/// search allocates nothing.
/// </remarks>
internal sealed class PieceTrie
{
    /// <summary>The node of the empty string.</summary>
    public const int Root = 0;

    /// <summary>No node, or no value.</summary>
    public const int None = -1;

    private readonly AsciiClasses _classes;
    private readonly Node[] _nodes;
    private readonly TrieEdges _others;

    /// <summary>
    /// Builds the trie of <paramref name="strings"/>; the value of each is its index, and of equal ones the last. Empty ones are never
    /// found.
    /// </summary>
    public PieceTrie(IReadOnlyList<string> strings)
    {
        _classes = new AsciiClasses(strings);
        (_nodes, _others) = new PieceTrieBuilder(strings, _classes).Build();
    }

    /// <summary>The node below <paramref name="node"/> along <paramref name="character"/>, or <see cref="None"/>.</summary>
    public int Child(int node, char character)
    {
        int bit = _classes[character];
        if (bit == AsciiClasses.None) return _others.Child(node, character);
        ref readonly Node parent = ref _nodes[node];
        ulong lower = (1UL << bit) - 1;
        return (parent.Children >> bit & 1) == 0 ? None : parent.FirstChild + BitOperations.PopCount(parent.Children & lower);
    }

    /// <summary>The node reached along <paramref name="text"/> from the root, or <see cref="None"/>.</summary>
    public int Find(ReadOnlySpan<char> text)
    {
        int node = Root;
        for (int i = 0; i < text.Length && node != None; i++) node = Child(node, text[i]);
        return node;
    }

    /// <summary>The longest string, not empty, that <paramref name="text"/> continues with from <paramref name="node"/>.</summary>
    /// <param name="node">Where to start: <see cref="Root"/> or a result of <see cref="Find"/>; <see cref="None"/> matches nothing.</param>
    /// <param name="text">The text to match from its beginning.</param>
    /// <param name="length">How many characters matched, 0 if none.</param>
    /// <returns>The value of that string, or <see cref="None"/>.</returns>
    public int Longest(int node, ReadOnlySpan<char> text, out int length)
    {
        int value = None;
        length = 0;
        if (node == None) return None;
        for (int i = 0; i < text.Length; i++)
        {
            node = Child(node, text[i]);
            if (node == None) break;
            int found = _nodes[node].Value;
            if (found == None) continue;
            value = found;
            length = i + 1;
        }
        return value;
    }

    /// <summary>A node.</summary>
    /// <param name="Children">A bit for each child along a character that has a class.</param>
    /// <param name="FirstChild">The first of these; the others follow it.</param>
    /// <param name="Value">The index of the string that ends here, or <see cref="None"/>.</param>
    internal readonly record struct Node(ulong Children, int FirstChild, int Value);
}
