using System.Diagnostics;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Mpi;

/// <summary>The processes that an MPI launcher started, of which this is one.</summary>
internal sealed class MpiGroup : IProcessGroup
{
    // Who has waited so long for the others, after a signal to end, waits for one that has gone.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // What went wrong in all processes is said by the first one, which ends the others within this time.
    private static readonly TimeSpan Precedence = TimeSpan.FromSeconds(2);

    // What MPICH's launcher has not passed on of the last line by the time it is told to end the processes is lost.
    private static readonly TimeSpan Delivery = TimeSpan.FromMilliseconds(500);

    private static MpiGroup? s_joined;

    private readonly MpiLibrary _library;
    private readonly int[] _places, _morePlaces;

    // When the call of MPI that is under way began, as Stopwatch counts; 0 for none.
    private long _waitingSince;

    private MpiGroup(MpiLibrary library)
    {
        (_library, Rank, Size) = (library, library.Rank(), library.Size());
        (_places, _morePlaces) = (new int[Size], new int[Size]);
        Session.Cancellation.Register(EndSoon);
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>The group that this process has joined, or itself alone.</summary>
    public static IProcessGroup Current => s_joined ?? ProcessGroup.Single;

    /// <summary>Joins the group that an MPI launcher started, where there is one of several processes; MPI is started only then.</summary>
    /// <exception cref="QEngineException">There is no MPI library, or it is not the launcher's.</exception>
    public static void Join()
    {
        if (MpiLauncher.Size is null or 1) return;
        MpiLibrary library = MpiLibrary.Load();
        library.Initialize();
        // A library that does not understand the launcher takes each process for the only one.
        if (library.Size() != MpiLauncher.Size)
            throw new QEngineException(
                $"expected an MPI library that finds the {MpiLauncher.Size} processes which the launcher started, found one that finds "
                + $"{library.Size()}: {library.Version.Split('\n')[0].Replace('\t', ' ')}");
        s_joined = new MpiGroup(library);
    }

    /// <summary>Leaves the group, if this process has joined one, once all others leave it.</summary>
    public static void Leave()
    {
        if (s_joined is not { } group) return;
        group.BeginWait();
        group._library.Complete();
        group.EndWait();
        s_joined = null;
    }

    /// <summary>Ends all processes of the group, if this process has joined one and not left it.</summary>
    /// <param name="exitCode">What they return.</param>
    public static void Abort(int exitCode)
    {
        if (s_joined is not { } group) return;
        Thread.Sleep(Delivery);
        group._library.Abort(exitCode);
    }

    /// <summary>
    /// Whether this process is to say what went wrong: the first one at once, another only if the first one has not ended it by then, which
    /// it does where the same went wrong there.
    /// </summary>
    public static bool IsToSay(bool interrupted) =>
        MpiLauncher.Rank is not > 0 || !(interrupted || Session.Cancellation.WaitHandle.WaitOne(Precedence));

    /// <inheritdoc/>
    public void AllGather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts)
    {
        Place(counts, _places);
        BeginWait();
        _library.AllGather(own, all, counts, _places);
        EndWait();
    }

    /// <inheritdoc/>
    public void AllToAll(ReadOnlySpan<byte> sent, ReadOnlySpan<int> sentCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts)
    {
        Place(sentCounts, _places);
        Place(receivedCounts, _morePlaces);
        BeginWait();
        _library.AllToAll(sent, sentCounts, _places, received, receivedCounts, _morePlaces);
        EndWait();
    }

    /// <inheritdoc/>
    public Transfer BeginAllGather(ReadOnlySpan<byte> own, Span<byte> all, PinnedCounts counts) =>
        new(_library.BeginAllGather(own, all, counts.Counts, counts.Places), IsPending: true);

    /// <inheritdoc/>
    public Transfer BeginAllToAll(ReadOnlySpan<byte> sent, PinnedCounts sentCounts, Span<byte> received, PinnedCounts receivedCounts) =>
        new(
            _library.BeginAllToAll(
                sent, sentCounts.Counts, sentCounts.Places, received, receivedCounts.Counts, receivedCounts.Places),
            IsPending: true);

    /// <inheritdoc/>
    public bool IsDone(ref Transfer transfer)
    {
        if (transfer.IsPending && _library.Test(transfer.Request)) transfer = default;
        return !transfer.IsPending;
    }

    /// <inheritdoc/>
    public void Wait(ref Transfer transfer)
    {
        if (!transfer.IsPending) return;
        BeginWait();
        _library.Wait(transfer.Request);
        EndWait();
        transfer = default;
    }

    private void BeginWait() => Volatile.Write(ref _waitingSince, Stopwatch.GetTimestamp());

    private void EndWait() => Volatile.Write(ref _waitingSince, 0);

    /// <summary>
    /// After a signal: the processes end together after the step, but where one of them has gone, of which the signal may tell, the others
    /// would wait for it forever.
    /// </summary>
    private void EndSoon()
    {
        new Thread(() =>
        {
            while (Volatile.Read(ref _waitingSince) is var since && (since == 0 || Stopwatch.GetElapsedTime(since) < Patience))
                Thread.Sleep(Patience / 20);
            Environment.Exit(Interrupts.ExitCode);
        })
        { IsBackground = true, Name = "qengine end" }.Start();
    }

    private static void Place(ReadOnlySpan<int> counts, Span<int> places)
    {
        int sum = 0;
        for (int rank = 0; rank < counts.Length; rank++)
        {
            places[rank] = sum;
            sum = checked(sum + counts[rank]);
        }
    }
}
