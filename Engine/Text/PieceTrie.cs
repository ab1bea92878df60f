using System.Numerics;

namespace QEngine.Text;

/// <summary>Strings with a number each, for longest-prefix search: a trie whose edges are one open-addressing hash table.</summary>
/// <remarks>Immutable once built, so safe from many threads; a search allocates nothing and costs one probe a character.</remarks>
internal sealed class PieceTrie
{
    /// <summary>The node of the empty string.</summary>
    public const int Root = 0;

    /// <summary>No node, or no value.</summary>
    public const int None = -1;

    private readonly Edge[] _edges;
    private readonly int _shift;

    // The value of every node: None where no string ends.
    private readonly int[] _values;
    private int _nodeCount = 1;

    /// <summary>
    /// Builds the trie of <paramref name="strings"/>; the value of each is its index, and of equal ones the last. Empty ones are never
    /// found.
    /// </summary>
    public PieceTrie(IReadOnlyList<string> strings)
    {
        long characters = 0;
        for (int i = 0; i < strings.Count; i++) characters += strings[i].Length;
        int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, checked(characters * 2)));
        _edges = new Edge[capacity];
        _shift = 64 - BitOperations.Log2((uint)capacity);
        _values = new int[characters + 1];
        Array.Fill(_values, None);
        for (int i = 0; i < strings.Count; i++) _values[Add(strings[i])] = i;
    }

    /// <summary>The node below <paramref name="node"/> along <paramref name="character"/>, or <see cref="None"/>.</summary>
    public int Child(int node, char character)
    {
        ulong key = KeyOf(node, character);
        for (uint slot = SlotOf(key); ; slot++)
        {
            ref readonly Edge edge = ref _edges[slot & (uint)(_edges.Length - 1)];
            if (edge.Key == key) return edge.Child;
            if (edge.Key == 0) return None;
        }
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
            if (_values[node] == None) continue;
            value = _values[node];
            length = i + 1;
        }
        return value;
    }

    private int Add(string text)
    {
        int node = Root;
        foreach (char character in text)
        {
            ulong key = KeyOf(node, character);
            uint slot = SlotOf(key);
            while (_edges[slot & (uint)(_edges.Length - 1)].Key is ulong found && found != 0 && found != key) slot++;
            ref Edge edge = ref _edges[slot & (uint)(_edges.Length - 1)];
            if (edge.Key == 0) edge = new Edge(key, _nodeCount++);
            node = edge.Child;
        }
        return node;
    }

    // Never 0, which marks a free slot: node + 1 is at least 1.
    private static ulong KeyOf(int node, char character) => ((ulong)(uint)(node + 1) << 16) | character;

    // Fibonacci hashing: the upper bits of the product depend on all bits of the key.
    private uint SlotOf(ulong key) => (uint)((key * 0x9E3779B97F4A7C15UL) >> _shift);

    private readonly record struct Edge(ulong Key, int Child);
}
