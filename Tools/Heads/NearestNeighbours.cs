using QEngine.Retrieval;
using QEngine.Workers;

namespace QEngine.Tools.Heads;

/// <summary>The nearest others of vectors among a set that has them too.</summary>
internal static class NearestNeighbours
{
    /// <summary>How many neighbours are looked at.</summary>
    public const int Count = 10;

    /// <summary>Finds them.</summary>
    /// <param name="asked">The vectors that ask.</param>
    /// <param name="stored">The vectors that are searched.</param>
    /// <param name="own">The row among the stored ones of each that asks, which is no neighbour of itself.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>Of each that asks the rows of up to <see cref="Count"/> others, the nearest first.</returns>
    public static int[][] Find(HeldOutVectors asked, HeldOutVectors stored, ReadOnlySpan<int> own, WorkerPool workers)
    {
        Hit[][] hits = stored.Index(workers).SearchAll(asked.Data, Count + 1);
        int[][] nearest = new int[hits.Length][];
        for (int i = 0; i < nearest.Length; i++)
        {
            int self = own[i];
            nearest[i] = [.. hits[i].Select(hit => hit.Index).Where(index => index != self).Take(Count)];
        }
        return nearest;
    }

    /// <summary>The share of neighbours that have the label of the one that asks, 0 to 1; 0 where it has no neighbour.</summary>
    public static double Precision(ReadOnlySpan<int> nearest, string label, string[] labels)
    {
        int same = 0;
        foreach (int row in nearest) same += labels[row] == label ? 1 : 0;
        return nearest.Length == 0 ? 0 : (double)same / nearest.Length;
    }
}
