using System.Runtime.ExceptionServices;
using QEngine.Training;

namespace QEngine.Tests.Training;

/// <summary>A group of processes as threads of this one: what one hands over, the others copy.</summary>
internal sealed class ThreadGroup : IProcessGroup
{
    private readonly Shared _shared;

    private ThreadGroup(Shared shared, int rank) => (_shared, Rank) = (shared, rank);

    public int Rank { get; }

    public int Size => _shared.Sent.Length;

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
    }
}
