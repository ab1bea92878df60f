using System.Diagnostics;
using System.Reflection;
using NUnit.Framework;
using QEngine.Models;

namespace QEngine.Tests.Support;

/// <summary>Managed bytes that warm code allocates on its own thread.</summary>
internal static class Allocation
{
    private const int Rounds = 20;

    /// <summary>
    /// The fewest bytes of several rounds. The runtime itself allocates on a thread now and then while it recompiles hot
    /// methods; what the code allocates is in every round. Without optimisation values are boxed that are not otherwise, so in
    /// a debug build the test is left out.
    /// </summary>
    /// <param name="warm">Code that has run before.</param>
    public static long Fewest(Action warm)
    {
        if (!IsOptimized) Assert.Ignore("what is allocated is counted in optimised builds: dotnet test -c Release");
        long fewest = long.MaxValue;
        for (int round = 0; round < Rounds && fewest > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            warm();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return fewest;
    }

    private static bool IsOptimized =>
        !typeof(SentenceEmbedder).Assembly.GetCustomAttributes<DebuggableAttribute>().Any(debugged => debugged.IsJITOptimizerDisabled);
}
