using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using QEngine.Training;

namespace QEngine.Tests.Training;

/// <summary>A group of processes as threads of this one: what one hands over, the others copy.</summary>
internal sealed class ThreadGroup : IProcessGroup
{
    private readonly Shared _shared;
    private readonly Dictionary<nint, (nint Address, int Length, PinnedCounts Counts)> _receivers = [];
    private SplittableRandom _random;
    private nint _calls;

    private ThreadGroup(Shared shared, int rank) => (_shared, Rank, _random) = (shared, rank, new SplittableRandom((ulong)rank));

    public int Rank { get; }

    public int Size => _shared.Sent.Length;

    /// <summary>Transfers that this process has begun.</summary>
    public int Begun => (int)_calls;

    /// <summary>Runs the same work in every process of a group; the first failure, by rank, is thrown.</summary>
    public static T[] Run<T>(int size, Func<IProcessGroup, T> work)
    {
        Shared shared = new(size);
        T[] results = new T[size];
        Exception?[] failures = new Exception?[size];
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new ThreadGroup(shared, rank));
            }
            catch (Exception failure)
            {
                failures[rank] = failure;
            }
            finally
            {
                shared.Barrier.RemoveParticipant();
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        if (failures.FirstOrDefault(failure => failure is not null) is { } first) ExceptionDispatchInfo.Throw(first);
        return results;
    }

    public void AllGather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts)
    {
        if (own.Length != counts[Rank]) throw new InvalidOperationException($"process {Rank} hands over {own.Length} bytes instead of {counts[Rank]}");
        Hand(own.ToArray());
        for (int rank = 0, start = 0; rank < Size; start += counts[rank++]) _shared.Sent[rank].AsSpan(0, counts[rank]).CopyTo(all[start..]);
        _shared.Barrier.SignalAndWait();
    }

    public void AllToAll(ReadOnlySpan<byte> sent, ReadOnlySpan<int> sentCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts)
    {
        _shared.Counts[Rank] = sentCounts.ToArray();
        Hand(sent.ToArray());
        for (int rank = 0, start = 0; rank < Size; start += receivedCounts[rank++])
        {
            int[] counts = _shared.Counts[rank];
            if (counts[Rank] != receivedCounts[rank]) throw new InvalidOperationException($"process {rank} hands {counts[Rank]} bytes to {Rank}, which expects {receivedCounts[rank]}");
            _shared.Sent[rank].AsSpan(counts[..Rank].Sum(), counts[Rank]).CopyTo(received[start..]);
        }
        _shared.Barrier.SignalAndWait();
    }

    public Transfer BeginAllGather(ReadOnlySpan<byte> own, Span<byte> all, PinnedCounts counts)
    {
        if (own.Length != counts.Counts[Rank]) throw new InvalidOperationException($"process {Rank} hands over {own.Length} bytes instead of {counts.Counts[Rank]}");
        byte[] bytes = own.ToArray();
        return Begin("gather", [.. Enumerable.Repeat(bytes, Size)], all, counts);
    }

    public Transfer BeginAllToAll(ReadOnlySpan<byte> sent, PinnedCounts sentCounts, Span<byte> received, PinnedCounts receivedCounts)
    {
        byte[][] parts = new byte[Size][];
        for (int rank = 0; rank < Size; rank++) parts[rank] = sent.Slice(sentCounts.Places[rank], sentCounts.Counts[rank]).ToArray();
        return Begin("all to all", parts, received, receivedCounts);
    }

    /// <summary>Sometimes not yet, though it could be: it may take longer here than there.</summary>
    public bool IsDone(ref Transfer transfer) => !transfer.IsPending || (_random.NextInt(3) > 0 && Receive(ref transfer, wait: false));

    public void Wait(ref Transfer transfer)
    {
        if (transfer.IsPending) Receive(ref transfer, wait: true);
    }

    private unsafe Transfer Begin(string kind, byte[][] parts, Span<byte> received, PinnedCounts counts)
    {
        nint call = _calls++;
        _receivers.Add(call, ((nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(received)), received.Length, counts));
        _shared.Board.Post(call, Rank, kind, parts);
        return new Transfer(call, IsPending: true);
    }

    private unsafe bool Receive(ref Transfer transfer, bool wait)
    {
        if (_shared.Board.Take(transfer.Request, Rank, wait) is not { } parts) return false;
        _receivers.Remove(transfer.Request, out (nint Address, int Length, PinnedCounts Counts) receiver);
        Span<byte> received = new((void*)receiver.Address, receiver.Length);
        for (int rank = 0; rank < Size; rank++)
        {
            if (parts[rank].Length != receiver.Counts.Counts[rank]) throw new InvalidOperationException($"process {rank} hands {parts[rank].Length} bytes to {Rank}, which expects {receiver.Counts.Counts[rank]}");
            parts[rank].CopyTo(received[receiver.Counts.Places[rank]..]);
        }
        transfer = default;
        return true;
    }

    private void Hand(byte[] bytes)
    {
        _shared.Sent[Rank] = bytes;
        _shared.Barrier.SignalAndWait();
    }

    private sealed class Shared(int size)
    {
        public byte[][] Sent { get; } = new byte[size][];

        public int[][] Counts { get; } = new int[size][];

        public Barrier Barrier { get; } = new(size);

        public TransferBoard Board { get; } = new(size);
    }
}
