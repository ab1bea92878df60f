namespace QEngine.Tests.Support;

/// <summary>Managed bytes that warm code allocates on its own thread.</summary>
internal static class Allocation
{
    private const int Rounds = 20;

    /// <summary>
    /// The fewest bytes of several rounds. The runtime itself allocates on a thread now and then while it recompiles hot
    /// methods; what the code allocates is in every round.
    /// </summary>
    /// <param name="warm">Code that has run before.</param>
    public static long Fewest(Action warm)
    {
        long fewest = long.MaxValue;
        for (int round = 0; round < Rounds && fewest > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            warm();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return fewest;
    }
}
