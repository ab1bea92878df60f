using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Heads;

/// <summary>Where the scale of a quantum head's encoding comes from.</summary>
internal enum EncodingScaleSource
{
    /// <summary>The length of the training vectors.</summary>
    Standardize,

    /// <summary>It is trained, one for all inputs.</summary>
    Learned,

    /// <summary>It is trained, one for each input.</summary>
    PerInput,

    /// <summary>It is given.</summary>
    Fixed,
}

/// <summary>What divides the inputs of a quantum or entangled head before they become angles, tau.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Given">Its value where it is given.</param>
internal sealed record EncodingScaleChoice(EncodingScaleSource Source, double Given = 1)
{
    /// <summary>The values that can be given; their logarithms are well within what the encoding takes.</summary>
    public static Interval Range { get; } = Interval.Between(1e-30, 1e30);

    /// <summary>Whether training changes it.</summary>
    public bool IsTrained => Source is EncodingScaleSource.Learned or EncodingScaleSource.PerInput;

    /// <summary>The scales of a head for vectors of a length; none where a fixed one is 1.</summary>
    /// <param name="length">Usual length of the training vectors, see <see cref="Vectors.Length"/>.</param>
    public EncodingScale For(double length) => Source switch
    {
        EncodingScaleSource.Learned => EncodingScale.One,
        EncodingScaleSource.PerInput => EncodingScale.PerInput,
        _ => First(length) == 1 ? EncodingScale.None : EncodingScale.One,
    };

    /// <summary>Sets the scales of a head that training finds, and whether it trains them.</summary>
    /// <param name="head">The head.</param>
    /// <param name="length">As above.</param>
    /// <param name="isRead">Whether the head was read from a file, and its scales with it.</param>
    public void Prepare(Head head, double length, bool isRead)
    {
        if (head.Configuration.Modules is not [{ AngleScale: EncodingScale.One or EncodingScale.PerInput }]) return;
        Parameter<float> logScale = head.Parameters.Parameters[^1];
        if (!isRead) logScale.Values.Span.Fill((float)Math.Log(First(length)));
        logScale.Frozen = !IsTrained;
    }

    /// <summary>
    /// The value before training. Of the training vectors it is the power of two nearest to their length: vectors of length 1 stay as they
    /// are, bit by bit. One number, since angles near each other are compared by their distance, which a factor keeps in proportion, and no
    /// shift, which that distance does not see.
    /// </summary>
    private double First(double length) => Source == EncodingScaleSource.Fixed ? Given : PowerOfTwo.Nearest(length);
}

/// <summary>The option <c>--encoding-scale</c>.</summary>
internal static class EncodingScaleOption
{
    private const string FixedPrefix = "fixed:", Words = "standardize|learned|per-input|fixed:X";

    /// <summary>Defines the option.</summary>
    public static Option<EncodingScaleChoice?> Create() => new("--encoding-scale")
    {
        CustomParser = Parse,
        Description = "What divides the inputs of a quantum or entangled head: standardize, the power of two nearest to the length of the "
            + "training vectors; learned, which starts there; per-input, a learned one for each; fixed:X. Default: standardize; with "
            + "--initial fixed:1.",
        HelpName = Words,
    };

    /// <summary>Reads the option.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="option">The option.</param>
    /// <param name="kind">The head.</param>
    /// <param name="isRead">Whether training starts from a head that is read.</param>
    /// <exception cref="UsageException">It does not fit the head.</exception>
    public static EncodingScaleChoice Read(ParseResult parse, Option<EncodingScaleChoice?> option, HeadKind kind, bool isRead)
    {
        if (parse.GetValue(option) is not { } choice)
            return isRead ? new(EncodingScaleSource.Fixed) : new(EncodingScaleSource.Standardize);
        if (!HeadKinds.HasAngles(kind))
            throw new UsageException($"expected {option.Name} with --head quantum or entangled, found --head {HeadKinds.Word(kind)}");
        if (isRead && choice is { Source: EncodingScaleSource.Standardize } or { Source: EncodingScaleSource.Fixed, Given: not 1 })
            throw new UsageException(
                $"expected {option.Name} fixed:1, learned or per-input with --initial, whose angles are for its own scale, "
                + $"found {parse.GetResult(option)!.Tokens[^1].Value}");
        return choice;
    }

    private static EncodingScaleChoice? Parse(ArgumentResult result)
    {
        string word = result.Tokens[^1].Value;
        switch (word)
        {
            case "standardize": return new(EncodingScaleSource.Standardize);
            case "learned": return new(EncodingScaleSource.Learned);
            case "per-input": return new(EncodingScaleSource.PerInput);
        }
        if (word.StartsWith(FixedPrefix, StringComparison.Ordinal) && NumberText.TryReal(word[FixedPrefix.Length..], out double value)
            && EncodingScaleChoice.Range.Contains(value))
        {
            return new(EncodingScaleSource.Fixed, value);
        }
        result.AddError(string.Create(
            CultureInfo.InvariantCulture,
            $"expected --encoding-scale standardize, learned, per-input or {FixedPrefix}X with X {EncodingScaleChoice.Range}, "
            + $"found '{word}'"));
        return null;
    }
}
