namespace QEngine.Training;

/// <summary>
/// Processes that train one model together. They only hand bytes to each other: every sum is the engine's own, in an order that does not
/// depend on how many they are.
/// </summary>
/// <remarks>
/// All of them make the same calls in the same order; a call returns when its bytes are there, but for those that only begin. For one
/// thread.
/// </remarks>
internal interface IProcessGroup
{
    /// <summary>Which of them this is, from 0. The first one measures, prints and writes.</summary>
    int Rank { get; }

    /// <summary>How many they are.</summary>
    int Size { get; }

    /// <summary>Hands the same bytes to everybody.</summary>
    /// <param name="own">This process's bytes; may not overlap <paramref name="all"/>.</param>
    /// <param name="all">Receives those of all processes, by rank.</param>
    /// <param name="counts">[<see cref="Size"/>], how many each has; the same everywhere.</param>
    void AllGather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts);

    /// <summary>Hands every process bytes of its own.</summary>
    /// <param name="sent">The bytes for all processes, by rank; may not overlap <paramref name="received"/>.</param>
    /// <param name="sentCounts">[<see cref="Size"/>], how many for each.</param>
    /// <param name="received">Receives the bytes from all processes, by rank.</param>
    /// <param name="receivedCounts">[<see cref="Size"/>], how many from each.</param>
    void AllToAll(ReadOnlySpan<byte> sent, ReadOnlySpan<int> sentCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts);

    /// <summary>Begins what <see cref="AllGather"/> does. What is passed is pinned and stays as it is until the transfer is done.</summary>
    /// <param name="own">This process's bytes.</param>
    /// <param name="all">Receives those of all processes.</param>
    /// <param name="counts">How many each has, and where they go.</param>
    Transfer BeginAllGather(ReadOnlySpan<byte> own, Span<byte> all, PinnedCounts counts);

    /// <summary>Begins what <see cref="AllToAll"/> does. What is passed is pinned and stays as it is until the transfer is done.</summary>
    /// <param name="sent">The bytes for all processes.</param>
    /// <param name="sentCounts">How many for each, and where they are.</param>
    /// <param name="received">Receives the bytes from all processes.</param>
    /// <param name="receivedCounts">How many from each, and where they go.</param>
    Transfer BeginAllToAll(ReadOnlySpan<byte> sent, PinnedCounts sentCounts, Span<byte> received, PinnedCounts receivedCounts);

    /// <summary>Whether a transfer is done; asking moves transfers on.</summary>
    /// <param name="transfer">The transfer; one that never began is done.</param>
    bool IsDone(ref Transfer transfer);

    /// <summary>Waits for a transfer.</summary>
    /// <param name="transfer">The transfer.</param>
    void Wait(ref Transfer transfer);
}
