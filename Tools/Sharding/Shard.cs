using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Sharding;

/// <summary>One of several parts of an input, which processes of their own embed.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Count">How many there are, at least 1.</param>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>As the option has it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    /// <summary>The option <c>--shard</c>.</summary>
    public static Option<Shard?> CreateOption() => new("--shard")
    {
        CustomParser = Parse,
        Description = "Embed one of N parts of the input alone, equal in bytes and cut between lines: i/N, i from 0; or auto, as the "
            + "task of a Slurm array, of an indexed Kubernetes job or of mpirun says. Run again, it replaces its own part; a finished one "
            + "is kept.",
        HelpName = "i/N|auto",
    };

    /// <summary>Reads <c>i/N</c>.</summary>
    public static Shard? TryParse(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length == 2 && TryNumber(parts[0], out int index) && TryNumber(parts[1], out int count) && index < count
            ? new Shard(index, count)
            : null;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static Shard? Parse(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        try
        {
            if (text == "auto") return SchedulerShard.Read(Environment.GetEnvironmentVariable);
        }
        catch (UsageException refused)
        {
            result.AddError(refused.Message);
            return null;
        }
        if (TryParse(text) is { } shard) return shard;
        result.AddError($"expected --shard i/N, i from 0 to N - 1, or auto, found '{text}'");
        return null;
    }
}
