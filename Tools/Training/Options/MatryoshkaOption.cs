using System.CommandLine;
using System.Globalization;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Training;

/// <summary>The option <c>--matryoshka</c> of commands that train linear heads.</summary>
internal static class MatryoshkaOption
{
    /// <summary>Describes the option.</summary>
    public static Option<string?> Create() => new("--matryoshka")
    {
        Description = "With --head linear or none: vectors are trained to work when cut to these lengths, beside the whole.",
        HelpName = "K1,K2,..",
    };

    /// <summary>Reads the option.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="option">The option.</param>
    /// <param name="dimension">Numbers of a whole vector.</param>
    /// <returns>Lengths, rising, the whole one last; empty where the option is left out.</returns>
    /// <exception cref="UsageException">A length is none from 1 to the whole.</exception>
    public static int[] Read(ParseResult parse, Option<string?> option, int dimension)
    {
        if (parse.GetValue(option) is not { } text) return [];
        SortedSet<int> lengths = [dimension];
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length < 1 || length > dimension)
                throw new UsageException($"expected --matryoshka numbers from 1 to {dimension} with commas between, found '{part}'");
            lengths.Add(length);
        }
        return [.. lengths];
    }
}
