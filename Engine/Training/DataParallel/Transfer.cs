namespace QEngine.Training;

/// <summary>A call under way.</summary>
/// <param name="Request">How the group knows it.</param>
/// <param name="IsPending">Whether it may not be done yet.</param>
internal record struct Transfer(nint Request, bool IsPending);

/// <summary>How many bytes go to or come from each process, and where they lie; pinned.</summary>
/// <param name="processes">How many processes there are.</param>
internal sealed class PinnedCounts(int processes)
{
    private readonly int[] _counts = GC.AllocateArray<int>(processes, pinned: true);
    private readonly int[] _places = GC.AllocateArray<int>(processes, pinned: true);

    /// <summary>Bytes of each process.</summary>
    public Span<int> Counts => _counts;

    /// <summary>Where they begin, after <see cref="Place"/>.</summary>
    public ReadOnlySpan<int> Places => _places;

    /// <summary>Lets the bytes of the processes follow each other.</summary>
    public void Place()
    {
        int sum = 0;
        for (int rank = 0; rank < _counts.Length; rank++)
        {
            _places[rank] = sum;
            sum = checked(sum + _counts[rank]);
        }
    }
}
