using System.CommandLine;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Commands;

/// <summary>The option <c>--format</c> of commands that write embeddings.</summary>
internal static class FormatOption
{
    private const string Description =
        "Numbers of a quantum model: angles (k a text, the default), amplitudes (2k: all cosines, then all sines) or expectations (k). "
        + "Other models have their plain vector only.";

    private static readonly (string Word, EmbeddingFormat? Format)[] Choices =
        [("angles", EmbeddingFormat.Angles), ("amplitudes", EmbeddingFormat.Amplitudes), ("expectations", EmbeddingFormat.Expectations)];

    /// <summary>Describes the option.</summary>
    public static ChoiceOption<EmbeddingFormat?> Create() => new("--format", Choices) { Description = Description };

    /// <summary>Describes the option of a command that reads texts too, whose format it also says, each at most once.</summary>
    public static Option<string[]> CreateWithTexts() => new("--format")
    {
        Description = $"{Description} Or: {TextFormatOption.Explanation} May be given once for each.",
        HelpName = string.Join('|', [.. Choices.Select(choice => choice.Word), .. TextFormatOption.Choices.Select(choice => choice.Word)]),
    };

    /// <summary>Reads the option of a command that reads texts too.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="option">The option.</param>
    /// <param name="texts">The texts.</param>
    /// <returns>The format of the embeddings, and that of the texts where it is said.</returns>
    /// <exception cref="UsageException">There is no such format, one is said twice, or the texts' name says another.</exception>
    public static (EmbeddingFormat Embeddings, IdTextFormat? Texts) Read(ParseResult parse, Option<string[]> option, InputFile texts)
    {
        EmbeddingFormat? embeddings = null;
        IdTextFormat? layout = null;
        foreach (string name in parse.GetValue(option) ?? [])
        {
            EmbeddingFormat? numbers = Array.Find(Choices, choice => choice.Word == name).Format;
            IdTextFormat? rows = Array.Find(TextFormatOption.Choices, choice => choice.Word == name).Format;
            if (numbers is null && rows is null)
                throw new UsageException(
                    $"expected --format {Usage.Either(Choices.Select(choice => choice.Word))}, or for the texts "
                    + $"{Usage.Either(TextFormatOption.Choices.Select(choice => choice.Word))}, found '{name}'");
            if ((numbers is not null && embeddings is not null) || (rows is not null && layout is not null))
                throw new UsageException(
                    $"expected --format once for {(rows is null ? "the embeddings" : "the texts")}, found '{name}' as a second");
            (embeddings, layout) = (embeddings ?? numbers, layout ?? rows);
        }
        TextFormatOption.RequireUse(layout, [texts]);
        return (embeddings ?? EmbeddingFormat.Default, layout);
    }

    /// <summary>The format's name as the option spells it.</summary>
    public static string Name(EmbeddingFormat format, HeadConfiguration head) => format switch
    {
        EmbeddingFormat.Amplitudes => "amplitudes",
        EmbeddingFormat.Expectations => "expectations",
        _ => head.Similarity == Similarity.Fidelity ? "angles" : "vectors",
    };
}
