using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>
/// Adds up the gradients of all shards of a step in a binary tree, shard by shard and then process by process: the same tree, and so the
/// same bits, however many processes share the shards.
/// </summary>
/// <remarks>
/// A process holds the sums of the nodes that its shards make up. While the backward pass of its last shard goes on, what is complete of
/// them is exchanged with the other processes, the last parameters first (<see cref="GradientExchange"/>).
/// </remarks>
internal sealed class GradientSum : IGradientListener
{
    private readonly float[] _gradients;
    private readonly (int Start, int Length)[] _ranges;
    private readonly GradientExchange? _exchange;
    private readonly WorkerPool _workers;
    private readonly int _length, _first, _end;

    // The nodes of the shards that were begun, and their sums; what the ranges hold lies there one after another.
    private readonly List<(ShardRange Node, float[] Sum)> _sums = [];
    private readonly Stack<float[]> _free = [];

    // The sums that the shard under way is added to: to the first, this one to the second, and so on; none if it is a node of its own.
    private readonly List<float[]> _path = [];
    private int _next, _remaining;

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
        (_gradients, _ranges, _workers) = (store.Gradients, ranges, workers);
        foreach ((_, int length) in _ranges) _length += length;
        (_first, _end) = (ShardRange.FirstOf(shards, group.Rank, group.Size), ShardRange.FirstOf(shards, group.Rank + 1, group.Size));
        _next = _first;
        if (group.Size > 1) _exchange = new GradientExchange(_length, shards, group, workers, piece);
    }

    /// <summary>The process's first shard, and the one behind its last.</summary>
    public (int First, int End) Own => (_first, _end);

    /// <summary>
    /// Whom the last backward pass of the shard under way tells what is complete: this, if it is the process's last shard and there are
    /// other processes.
    /// </summary>
    public IGradientListener? Listener => _exchange is not null && _next == _end ? this : null;

    /// <summary>Sets the gradients to zeros, for those of the process's next shard.</summary>
    public void BeginShard()
    {
        foreach ((int start, int length) in _ranges) Elementwise.Clear(_workers, _gradients.AsSpan(start, length));
        ShardRange node = new(_next++, 1);
        for (; _sums.Count > 0 && _sums[^1].Node.IsLeftOf(node); _sums.RemoveAt(_sums.Count - 1))
        {
            node = _sums[^1].Node.Parent;
            _path.Add(_sums[^1].Sum);
        }
        _sums.Add((node, _path.Count > 0 ? _path[^1] : NewSum()));
        _remaining = _length;
        if (_next == _end) _exchange?.Begin(_sums);
    }

    /// <inheritdoc/>
    public void CompleteFrom(int element)
    {
        int complete = 0;
        foreach ((int start, int length) in _ranges) complete += Math.Clamp(element - start, 0, length);
        Take(complete);
        _exchange!.Advance(complete);
    }

    /// <summary>Takes in the gradients of the shard, which now stand in the store, as far as they are not yet.</summary>
    public void EndShard()
    {
        Take(0);
        // The last one stays, as the sum of the node that was made.
        for (int i = 0; i < _path.Count - 1; i++) _free.Push(_path[i]);
        _path.Clear();
    }

    /// <summary>Puts the sum over all shards of all processes into the store; every process has added all of its shards.</summary>
    public void Finish()
    {
        _exchange?.Finish();
        float[] sum = _sums[0].Sum;
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

    // The other processes' part is written into it while the program goes on.
    private float[] NewSum() => _free.Count > 0 ? _free.Pop() : GC.AllocateUninitializedArray<float>(_length, pinned: true);

    /// <summary>Takes in the shard's gradients from an element of the sums on, up to those that were taken in before.</summary>
    private void Take(int from)
    {
        if (from >= _remaining) return;
        float[] first = _path.Count > 0 ? _path[0] : _sums[^1].Sum;
        int offset = 0;
        foreach ((int start, int length) in _ranges)
        {
            int low = Math.Max(from, offset), high = Math.Min(_remaining, offset + length);
            if (low < high)
            {
                ReadOnlySpan<float> shard = _gradients.AsSpan(start + low - offset, high - low);
                if (_path.Count > 0) Elementwise.Add(_workers, shard, first.AsSpan(low, high - low));
                else shard.CopyTo(first.AsSpan(low));
            }
            offset += length;
        }
        for (int i = 1; i < _path.Count; i++)
            Elementwise.Add<float>(_workers, _path[i - 1].AsSpan(from, _remaining - from), _path[i].AsSpan(from, _remaining - from));
        _remaining = from;
    }
}
