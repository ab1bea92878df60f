using QEngine.Tests.Collections;

namespace QEngine.Tests;

/// <summary>What the assembly does as a program: work in a process of its own, for a test to kill.</summary>
internal static class ChildProgram
{
    /// <summary>The one thing there is to do.</summary>
    public const string ChangeIndex = "change-index";

    private static int Main(string[] arguments)
    {
        if (arguments is not [ChangeIndex, var folder, var done]) return 2;
        ChangingIndex.Change(folder, int.Parse(done));
        return 0;
    }
}
