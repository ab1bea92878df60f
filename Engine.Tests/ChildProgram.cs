using QEngine.Tests.Collections;
using QEngine.Tools.Cli;
using QEngine.Tools.Mpi;

namespace QEngine.Tests;

/// <summary>What the assembly does as a program: work in a process of its own, for a test to kill.</summary>
internal static class ChildProgram
{
    /// <summary>One thing to do.</summary>
    public const string ChangeIndex = "change-index";

    /// <summary>The other: to join the group of an MPI launcher, and then to need the signals that the runtime handles.</summary>
    public const string NeedSignals = "need-signals";

    private static int Main(string[] arguments)
    {
        if (arguments is [NeedSignals]) return NeedSignalsUnderMpi();
        if (arguments is not [ChangeIndex, var folder, var done]) return 2;
        ChangingIndex.Change(folder, int.Parse(done));
        return 0;
    }

    private static int NeedSignalsUnderMpi()
    {
        StandardStreams.Open();
        MpiGroup.Join();
        int caught = 0;
        try
        {
            Console.WriteLine(Environment.GetEnvironmentVariable("QENGINE_TESTS_NOTHING")!.Length);
        }
        catch (NullReferenceException)
        {
            caught++;
        }
        try
        {
            Console.WriteLine(caught / (caught - 1));
        }
        catch (DivideByZeroException)
        {
            caught++;
        }
        Console.WriteLine($"process {MpiGroup.Current.Rank} of {MpiGroup.Current.Size} caught {caught}");
        MpiGroup.Leave();
        return 0;
    }
}
