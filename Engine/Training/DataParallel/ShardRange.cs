namespace QEngine.Training;

/// <summary>Neighbouring shards that a node of the tree of sums joins: a power of two of them, the first a multiple of it.</summary>
/// <param name="First">The first shard.</param>
/// <param name="Count">How many.</param>
internal readonly record struct ShardRange(int First, int Count)
{
    /// <summary>Whether this node and another one, on its right, have the same parent.</summary>
    public bool IsLeftOf(ShardRange right) => Count == right.Count && First + Count == right.First && First % (2 * Count) == 0;

    /// <summary>The parent of this node, which is a left one.</summary>
    public ShardRange Parent => new(First, 2 * Count);

    /// <summary>Where a part begins of items cut into parts as equal as can be; part number <paramref name="parts"/> ends them.</summary>
    /// <param name="items">How many items: shards for processes, examples for shards.</param>
    /// <param name="part">The part.</param>
    /// <param name="parts">How many parts.</param>
    public static int FirstOf(int items, int part, int parts) => (int)((long)items * part / parts);

    /// <summary>The fewest nodes that make up the shards of a process, from left to right: what is left when siblings are joined.</summary>
    /// <param name="first">The process's first shard.</param>
    /// <param name="end">The one behind its last.</param>
    public static IReadOnlyList<ShardRange> Nodes(int first, int end)
    {
        List<ShardRange> nodes = [];
        for (int shard = first; shard < end; shard++)
        {
            ShardRange node = new(shard, 1);
            for (; nodes.Count > 0 && nodes[^1].IsLeftOf(node); nodes.RemoveAt(nodes.Count - 1)) node = nodes[^1].Parent;
            nodes.Add(node);
        }
        return nodes;
    }
}
