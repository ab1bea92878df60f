using System.Runtime.InteropServices;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>
/// Adds up the gradients of all shards of a step in a binary tree, shard by shard and then process by process: the same tree, and so the
/// same bits, however many processes share the shards.
/// </summary>
/// <remarks>
/// A process holds the sums of the nodes that its shards make up. They are exchanged piece by piece: every process receives its part of a
/// piece from all others, adds up the nodes above and hands the result to everybody. A process sends and receives about twice the
/// gradients, as in the usual all-reduce, where each has one node.
/// </remarks>
internal sealed class GradientSum
{
    // Elements exchanged at a time.
    private const int DefaultPiece = 1 << 20;

    private readonly float[] _gradients;
    private readonly (int Start, int Length)[] _ranges;
    private readonly IProcessGroup _group;
    private readonly WorkerPool _workers;
    private readonly int _length, _piece, _first, _end;

    // Nodes of all processes, from left to right, and how many each process has.
    private readonly List<ShardRange> _nodes = [];
    private readonly int[] _nodesOf;

    private readonly List<(ShardRange Node, float[] Sum)> _sums = [];
    private readonly Stack<float[]> _free = [];
    private readonly List<(ShardRange Node, int Offset)> _joined = [];
    private readonly int[] _sentCounts, _receivedCounts, _gatheredCounts;
    private readonly float[] _sent, _received;
    private int _next;

    /// <summary>Prepares for a store's gradients.</summary>
    /// <param name="store">The gradients; a shard's stand here before they are added, the sum in the end.</param>
    /// <param name="ranges">Which of them, apart from each other and in order.</param>
    /// <param name="shards">Number of shards, a power of two.</param>
    /// <param name="group">Who shares them.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="piece">Elements exchanged at a time; 0 for the usual number.</param>
    public GradientSum(
        ParameterStore<float> store, (int Start, int Length)[] ranges, int shards, IProcessGroup group, WorkerPool workers,
        int piece = 0)
    {
        (_gradients, _ranges, _group, _workers) = (store.Gradients, ranges, group, workers);
        foreach ((_, int length) in _ranges) _length += length;
        _piece = Math.Min(piece > 0 ? piece : DefaultPiece, _length);
        (_first, _end) = (ShardRange.FirstOf(shards, group.Rank, group.Size), ShardRange.FirstOf(shards, group.Rank + 1, group.Size));
        _next = _first;
        _nodesOf = new int[group.Size];
        for (int rank = 0; rank < group.Size; rank++)
        {
            IReadOnlyList<ShardRange> own =
                ShardRange.Nodes(ShardRange.FirstOf(shards, rank, group.Size), ShardRange.FirstOf(shards, rank + 1, group.Size));
            _nodes.AddRange(own);
            _nodesOf[rank] = own.Count;
        }
        (_sentCounts, _receivedCounts, _gatheredCounts) = (new int[group.Size], new int[group.Size], new int[group.Size]);
        bool alone = group.Size == 1;
        _sent = new float[alone ? 0 : _nodesOf[group.Rank] * _piece];
        _received = new float[alone ? 0 : _nodes.Count * Part(_piece, group.Size)];
    }

    /// <summary>The process's first shard, and the one behind its last.</summary>
    public (int First, int End) Own => (_first, _end);

    /// <summary>Sets the gradients to zeros, for those of the process's next shard.</summary>
    public void BeginShard()
    {
        foreach ((int start, int length) in _ranges) Elementwise.Clear(_workers, _gradients.AsSpan(start, length));
    }

    /// <summary>Takes in the gradients of the shard, which now stand in the store.</summary>
    public void EndShard()
    {
        ShardRange node = new(_next++, 1);
        float[] sum;
        if (_sums.Count > 0 && _sums[^1].Node.IsLeftOf(node))
        {
            (node, sum) = (_sums[^1].Node.Parent, _sums[^1].Sum);
            _sums.RemoveAt(_sums.Count - 1);
            int offset = 0;
            foreach ((int start, int length) in _ranges)
            {
                Elementwise.Add<float>(_workers, _gradients.AsSpan(start, length), sum.AsSpan(offset, length));
                offset += length;
            }
        }
        else
        {
            sum = _free.Count > 0 ? _free.Pop() : new float[_length];
            int offset = 0;
            foreach ((int start, int length) in _ranges)
            {
                _gradients.AsSpan(start, length).CopyTo(sum.AsSpan(offset));
                offset += length;
            }
        }
        while (_sums.Count > 0 && _sums[^1].Node.IsLeftOf(node))
        {
            float[] left = _sums[^1].Sum;
            Elementwise.Add<float>(_workers, sum, left);
            _free.Push(sum);
            (node, sum) = (_sums[^1].Node.Parent, left);
            _sums.RemoveAt(_sums.Count - 1);
        }
        _sums.Add((node, sum));
    }

    /// <summary>Puts the sum over all shards of all processes into the store; every process has added all of its shards.</summary>
    public void Finish()
    {
        float[] sum = _sums[0].Sum;
        if (_group.Size > 1)
            for (int start = 0; start < _length; start += _piece) Exchange(start, Math.Min(_piece, _length - start), sum);
        int offset = 0;
        foreach ((int start, int length) in _ranges)
        {
            sum.AsSpan(offset, length).CopyTo(_gradients.AsSpan(start));
            offset += length;
        }
        foreach ((_, float[] buffer) in _sums) _free.Push(buffer);
        _sums.Clear();
        _next = _first;
    }

    /// <summary>Adds up a piece over all processes.</summary>
    private void Exchange(int start, int length, float[] sum)
    {
        int filled = 0, own = Bound(length, _group.Rank + 1) - Bound(length, _group.Rank);
        for (int rank = 0; rank < _group.Size; rank++)
        {
            int first = Bound(length, rank), count = Bound(length, rank + 1) - first;
            _sentCounts[rank] = count * _sums.Count * sizeof(float);
            _receivedCounts[rank] = own * _nodesOf[rank] * sizeof(float);
            _gatheredCounts[rank] = count * sizeof(float);
            foreach ((_, float[] node) in _sums)
            {
                node.AsSpan(start + first, count).CopyTo(_sent.AsSpan(filled));
                filled += count;
            }
        }
        Span<float> received = _received.AsSpan(0, own * _nodes.Count);
        _group.AllToAll(
            MemoryMarshal.AsBytes(_sent.AsSpan(0, filled)), _sentCounts, MemoryMarshal.AsBytes(received), _receivedCounts);
        Join(received, own);
        _group.AllGather(
            MemoryMarshal.AsBytes(received[..own]), MemoryMarshal.AsBytes(sum.AsSpan(start, length)), _gatheredCounts);
    }

    /// <summary>Adds up the tree above the nodes of all processes; the sum takes the place of the first.</summary>
    private void Join(Span<float> nodes, int length)
    {
        _joined.Clear();
        for (int i = 0; i < _nodes.Count; i++)
        {
            (ShardRange node, int offset) = (_nodes[i], i * length);
            for (; _joined.Count > 0 && _joined[^1].Node.IsLeftOf(node); _joined.RemoveAt(_joined.Count - 1))
            {
                int left = _joined[^1].Offset;
                Elementwise.Add<float>(_workers, nodes.Slice(offset, length), nodes.Slice(left, length));
                (node, offset) = (_joined[^1].Node.Parent, left);
            }
            _joined.Add((node, offset));
        }
    }

    /// <summary>Where a process's part of a piece begins.</summary>
    private int Bound(int length, int rank) => (int)((long)length * rank / _group.Size);

    private static int Part(int length, int processes) => (length / processes) + 1;
}
