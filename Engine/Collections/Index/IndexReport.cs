namespace QEngine.Collections;

/// <summary>What <see cref="SearchIndex.Verify"/> found.</summary>
/// <param name="Documents">Documents that can be found.</param>
/// <param name="Damaged">Documents that cannot, because they lie in damaged blocks.</param>
/// <param name="Warnings">A line for every damaged block and what is left out for it.</param>
public sealed record IndexReport(long Documents, long Damaged, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether every block is as it was written.</summary>
    public bool IsSound => Warnings.Count == 0;
}
