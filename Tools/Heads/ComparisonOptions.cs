using System.CommandLine;
using System.Globalization;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Heads;

/// <summary>The options that say what a head is compared with.</summary>
internal sealed class ComparisonOptions
{
    private const int MaxBytes = 1 << 16;

    private readonly ChoiceOption<bool> _rivals = new("--rivals", ("untrained", false), ("all", true))
    {
        Description = "untrained: compare with the first numbers, principal components and tempered ones; all: with quantum, linear and "
            + "grouped heads too, trained for each size with the same loss and steps and the usual learning rate of their kind.",
        Default = "untrained",
    };

    private readonly Option<string?> _codeBytes = new("--code-bytes")
    {
        Description = "Bytes of a vector at which codes of 8, 4, 2 and 1 bits a number are compared; those of the head with 8 bits if left "
            + "out.",
        HelpName = "N1,N2,..",
    };

    /// <summary>Adds the options to a command.</summary>
    public ComparisonOptions(Command command)
    {
        command.AddOptions(_rivals, _codeBytes);
    }

    /// <summary>Whether trained rivals are asked for.</summary>
    public bool TrainsRivals(ParseResult parse) => _rivals.Read(parse);

    /// <summary>Requires something to measure on where a comparison is asked for.</summary>
    /// <exception cref="UsageException">Nothing is held out.</exception>
    public void RequireHeldOut(ParseResult parse, HeadTask task)
    {
        if (task.HeldOut > 0) return;
        foreach (Option option in (Option[])[_rivals, _codeBytes])
        {
            if (parse.GetResult(option) is { Implicit: false })
                throw new UsageException($"expected {option.Name} with --dev-share above 0: nothing is held out to compare on");
        }
    }

    /// <summary>The sizes to compare codes at, or null where none are asked for.</summary>
    /// <exception cref="UsageException">One is no number of bytes.</exception>
    public int[]? CodeBytes(ParseResult parse)
    {
        if (parse.GetValue(_codeBytes) is not { } text) return null;
        return Array.ConvertAll(text.Split(','), part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes) && bytes is >= 1 and <= MaxBytes
                ? bytes
                : throw new UsageException($"expected --code-bytes numbers from 1 to {MaxBytes} with commas between, found '{part}'"));
    }
}
