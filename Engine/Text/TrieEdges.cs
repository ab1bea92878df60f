using System.Numerics;

namespace QEngine.Text;

/// <summary>Edges of a trie, from a node along a character to a node: an open-addressing hash table.</summary>
internal sealed class TrieEdges
{
    private readonly Edge[] _edges;
    private readonly int _shift;

    /// <summary>Makes room for edges, half of which stays free.</summary>
    /// <param name="count">How many edges there will be at most.</param>
    public TrieEdges(long count)
    {
        int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, checked(count * 2)));
        _edges = new Edge[capacity];
        _shift = 64 - BitOperations.Log2((uint)capacity);
    }

    /// <summary>The node below <paramref name="node"/> along <paramref name="character"/>, or <see cref="PieceTrie.None"/>.</summary>
    public int Child(int node, char character)
    {
        ref Edge edge = ref Slot(KeyOf(node, character));
        return edge.Key == 0 ? PieceTrie.None : edge.Child;
    }

    /// <summary>Adds an edge.</summary>
    public void Add(int node, char character, int child)
    {
        ulong key = KeyOf(node, character);
        Slot(key) = new Edge(key, child);
    }

    // Never 0, which marks a free slot: node + 1 is at least 1.
    private static ulong KeyOf(int node, char character) => ((ulong)(uint)(node + 1) << 16) | character;

    private ref Edge Slot(ulong key)
    {
        // Fibonacci hashing: the upper bits of the product depend on all bits of the key.
        for (uint slot = (uint)((key * 0x9E3779B97F4A7C15UL) >> _shift); ; slot++)
        {
            ref Edge edge = ref _edges[slot & (uint)(_edges.Length - 1)];
            if (edge.Key == key || edge.Key == 0) return ref edge;
        }
    }

    private readonly record struct Edge(ulong Key, int Child);
}
