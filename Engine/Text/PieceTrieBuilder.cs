namespace QEngine.Text;

/// <summary>
/// Builds the nodes of a <see cref="PieceTrie"/> level by level: a node is a range of strings with a common beginning, which is sorted by
/// the next character into the ranges of its children.
/// </summary>
internal sealed class PieceTrieBuilder
{
    private readonly IReadOnlyList<string> _strings;
    private readonly AsciiClasses _classes;
    private readonly int[] _order, _keys;
    private readonly (int Start, int End, int Depth)[] _ranges;
    private readonly TrieEdges _others;
    private int _count = 1;

    /// <summary>Takes the strings.</summary>
    public PieceTrieBuilder(IReadOnlyList<string> strings, AsciiClasses classes)
    {
        (_strings, _classes, _order, _keys) = (strings, classes, new int[strings.Count], new int[strings.Count]);
        // A node for each character at most.
        _ranges = new (int, int, int)[checked(classes.Characters + 1)];
        _others = new TrieEdges(classes.Others);
        int count = 0;
        for (int i = 0; i < strings.Count; i++)
            if (strings[i].Length > 0) _order[count++] = i;
        _ranges[PieceTrie.Root] = (0, count, 0);
    }

    /// <summary>The nodes, and the edges along characters without a class.</summary>
    public (PieceTrie.Node[] Nodes, TrieEdges Others) Build()
    {
        PieceTrie.Node[] nodes = new PieceTrie.Node[_ranges.Length];
        for (int node = 0; node < _count; node++) nodes[node] = Node(node);
        Array.Resize(ref nodes, _count);
        return (nodes, _others);
    }

    private PieceTrie.Node Node(int node)
    {
        (int start, int end, int depth) = _ranges[node];
        int value = PieceTrie.None, longer = start;
        for (int i = start; i < end; i++)
        {
            string text = _strings[_order[i]];
            if (text.Length == depth) value = Math.Max(value, _order[i]);
            else
            {
                _keys[longer] = (_classes[text[depth]] << 16) | text[depth];
                _order[longer++] = _order[i];
            }
        }
        _keys.AsSpan(start, longer - start).Sort(_order.AsSpan(start, longer - start));
        (ulong bits, int first) = (0, _count);
        for (int child = start; child < longer;)
        {
            (int key, int from) = (_keys[child], child);
            while (child < longer && _keys[child] == key) child++;
            if (key >> 16 == AsciiClasses.None) _others.Add(node, (char)key, _count);
            else bits |= 1UL << (key >> 16);
            _ranges[_count++] = (from, child, depth + 1);
        }
        return new PieceTrie.Node(bits, first, value);
    }
}
