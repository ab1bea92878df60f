using System.Runtime.InteropServices;
using QEngine.Kernels;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>
/// Adds up the sums of nodes that processes hold, piece by piece from the last elements down, while the elements before them are still
/// being computed: every process receives its part of a piece from all others, adds up the nodes above and hands the result to everybody.
/// </summary>
/// <remarks>
/// A process sends and receives about twice the gradients, as in the usual all-reduce, where each has one node. All processes begin the
/// same transfers in the same order, whichever gets ahead: a piece's second transfer begins after the next piece's first.
/// </remarks>
internal sealed class GradientExchange
{
    // Elements exchanged at a time.
    private const int DefaultPiece = 1 << 20;

    // Pieces under way: one is sent, one added up, one handed out.
    private const int Slots = 3;

    private readonly IProcessGroup _group;
    private readonly WorkerPool _workers;
    private readonly int _length, _piece, _count;

    // Nodes of all processes, from left to right, and how many each process has.
    private readonly List<ShardRange> _nodes = [];
    private readonly int[] _nodesOf;
    private readonly List<(ShardRange Node, int Offset)> _joined = [];
    private readonly Slot[] _slots = new Slot[Slots];

    private List<(ShardRange Node, float[] Sum)> _sums = [];
    private int _sent, _gathered;

    /// <summary>Prepares.</summary>
    /// <param name="length">Elements of a node's sum.</param>
    /// <param name="shards">Number of shards, a power of two.</param>
    /// <param name="group">Who shares them; more than one.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="piece">Elements exchanged at a time; 0 for the usual number.</param>
    public GradientExchange(int length, int shards, IProcessGroup group, WorkerPool workers, int piece)
    {
        (_length, _group, _workers) = (length, group, workers);
        _piece = Math.Max(1, Math.Min(piece > 0 ? piece : DefaultPiece, length));
        _count = (length + _piece - 1) / _piece;
        // Nothing was begun before the first step.
        _sent = _gathered = _count;
        _nodesOf = new int[group.Size];
        for (int rank = 0; rank < group.Size; rank++)
        {
            IReadOnlyList<ShardRange> own =
                ShardRange.Nodes(ShardRange.FirstOf(shards, rank, group.Size), ShardRange.FirstOf(shards, rank + 1, group.Size));
            _nodes.AddRange(own);
            _nodesOf[rank] = own.Count;
        }
        for (int i = 0; i < Slots; i++)
            _slots[i] = new Slot(_nodesOf[group.Rank] * _piece, _nodes.Count * ((_piece / group.Size) + 1), group.Size);
    }

    /// <summary>Begins a step's exchange; no element is complete yet.</summary>
    /// <param name="sums">The nodes of this process and their sums, which are pinned; the first becomes the sum of all.</param>
    public void Begin(List<(ShardRange Node, float[] Sum)> sums)
    {
        _sums = sums;
        _sent = _gathered = 0;
    }

    /// <summary>Goes on with what can be done without waiting.</summary>
    /// <param name="complete">The sums are complete from this element on.</param>
    public void Advance(int complete)
    {
        while (TryStep(complete, wait: false))
        {
        }
    }

    /// <summary>Exchanges what is left; all elements are complete.</summary>
    public void Finish()
    {
        while (TryStep(complete: 0, wait: true))
        {
        }
        foreach (Slot slot in _slots) _group.Wait(ref slot.Transfer);
    }

    /// <summary>Begins the next transfer, if there is one for which everything is there.</summary>
    private bool TryStep(int complete, bool wait)
    {
        if (_gathered == _count) return false;
        bool sends = _sent < _count && _sent <= _gathered + 1;
        int piece = sends ? _sent : _gathered;
        Slot slot = _slots[piece % Slots];
        (int start, int end) = Bounds(piece);
        if (sends && start < complete) return false;
        if (wait) _group.Wait(ref slot.Transfer);
        else if (!_group.IsDone(ref slot.Transfer)) return false;
        if (sends) Send(slot, start, end - start);
        else Gather(slot, start, end - start);
        return true;
    }

    private void Send(Slot slot, int start, int length)
    {
        int filled = 0, own = Own(length);
        for (int rank = 0; rank < _group.Size; rank++)
        {
            int first = Bound(length, rank), count = Bound(length, rank + 1) - first;
            slot.SentCounts.Counts[rank] = count * _sums.Count * sizeof(float);
            slot.ReceivedCounts.Counts[rank] = own * _nodesOf[rank] * sizeof(float);
            slot.GatheredCounts.Counts[rank] = count * sizeof(float);
            foreach ((_, float[] node) in _sums)
            {
                node.AsSpan(start + first, count).CopyTo(slot.Sent.AsSpan(filled));
                filled += count;
            }
        }
        slot.SentCounts.Place();
        slot.ReceivedCounts.Place();
        slot.GatheredCounts.Place();
        slot.Transfer = _group.BeginAllToAll(
            MemoryMarshal.AsBytes(slot.Sent.AsSpan(0, filled)), slot.SentCounts,
            MemoryMarshal.AsBytes(slot.Received.AsSpan(0, own * _nodes.Count)), slot.ReceivedCounts);
        _sent++;
    }

    private void Gather(Slot slot, int start, int length)
    {
        int own = Own(length);
        Join(slot.Received.AsSpan(0, own * _nodes.Count), own);
        slot.Transfer = _group.BeginAllGather(
            MemoryMarshal.AsBytes(slot.Received.AsSpan(0, own)), MemoryMarshal.AsBytes(_sums[0].Sum.AsSpan(start, length)),
            slot.GatheredCounts);
        _gathered++;
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

    /// <summary>Where a piece begins and ends; the first piece ends with the last element.</summary>
    private (int Start, int End) Bounds(int piece) =>
        ((int)Math.Max(0, _length - ((piece + 1L) * _piece)), _length - (piece * _piece));

    /// <summary>Where a process's part of a piece begins.</summary>
    private int Bound(int length, int rank) => (int)((long)length * rank / _group.Size);

    private int Own(int length) => Bound(length, _group.Rank + 1) - Bound(length, _group.Rank);

    /// <summary>A piece under way: what is sent and received, pinned.</summary>
    private sealed class Slot(int sent, int received, int processes)
    {
        public float[] Sent { get; } = GC.AllocateUninitializedArray<float>(sent, pinned: true);

        public float[] Received { get; } = GC.AllocateUninitializedArray<float>(received, pinned: true);

        public PinnedCounts SentCounts { get; } = new(processes);

        public PinnedCounts ReceivedCounts { get; } = new(processes);

        public PinnedCounts GatheredCounts { get; } = new(processes);

        // The group marks it as done.
        public Transfer Transfer;
    }
}
