using System.CommandLine;

namespace QEngine.Tools.Cli;

/// <summary>Options that every command has.</summary>
internal static class CommonOptions
{
    /// <summary>--threads.</summary>
    public static Option<int> Threads { get; } = new Option<int>("--threads")
    {
        Description = "Threads to compute with; 0 for all cores. Results do not depend on it.",
        Recursive = true,
        HelpName = "N",
    }.Whole(0, 1024);

    /// <summary>--seed.</summary>
    public static Option<ulong> Seed { get; } = new Option<ulong>("--seed")
    {
        Description = "Seed of everything random; same seed, same result.",
        Recursive = true,
        DefaultValueFactory = _ => 42,
        HelpName = "S",
    }.Whole();

    /// <summary>--json.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Write the result as JSON on standard output.",
        Recursive = true,
    };

    /// <summary>--quiet.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Description = "Nothing but results, and errors: no progress and no remarks.",
        Recursive = true,
    };
}
