using System.CommandLine;
using QEngine.Models;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Commands;

/// <summary>The option <c>--format</c> of commands that write embeddings.</summary>
internal static class FormatOption
{
    /// <summary>Describes the option.</summary>
    public static Option<string?> Create() => new("--format")
    {
        Description = "Numbers of a quantum model: angles (k a text, the default), amplitudes (2k: all cosines, then all sines) or expectations (k). Other models have their plain vector only.",
        HelpName = "angles|amplitudes|expectations",
    };

    /// <summary>Reads the option.</summary>
    /// <exception cref="UsageException">There is no such format.</exception>
    public static EmbeddingFormat Read(ParseResult parse, Option<string?> option) => parse.GetValue(option) switch
    {
        null => EmbeddingFormat.Default,
        "angles" => EmbeddingFormat.Angles,
        "amplitudes" => EmbeddingFormat.Amplitudes,
        "expectations" => EmbeddingFormat.Expectations,
        string other => throw new UsageException($"expected --format angles, amplitudes or expectations, found '{other}'"),
    };

    /// <summary>The format's name as the option spells it.</summary>
    public static string Name(EmbeddingFormat format, HeadConfiguration head) => format switch
    {
        EmbeddingFormat.Amplitudes => "amplitudes",
        EmbeddingFormat.Expectations => "expectations",
        _ => head.Similarity == Similarity.Fidelity ? "angles" : "vectors",
    };
}
