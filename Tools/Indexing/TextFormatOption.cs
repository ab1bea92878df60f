using System.CommandLine;
using QEngine.Retrieval;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Indexing;

/// <summary>The option <c>--format</c> of commands that read texts: how those are laid out whose name does not tell.</summary>
internal sealed class TextFormatOption
{
    /// <summary>The values.</summary>
    public static readonly (string Word, IdTextFormat? Format)[] Choices =
        [("tsv", IdTextFormat.Tsv), ("jsonl", IdTextFormat.Jsonl), ("txt", IdTextFormat.Txt)];

    /// <summary>What is to be said of it.</summary>
    public const string Explanation =
        "How texts are read whose name does not tell, as standard input (-) or a pipe: .tsv, .jsonl or .txt; by the first line if left "
        + "out.";

    private readonly ChoiceOption<IdTextFormat?> _format =
        new ChoiceOption<IdTextFormat?>("--format", Choices) { Description = Explanation }.Tag(OptionTags.KeepsResult | OptionTags.Local);

    private readonly Option[] _inputs;

    /// <summary>Adds the option to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="inputs">The options that name texts: <see cref="InputFile"/> or several.</param>
    public TextFormatOption(Command command, params Option[] inputs)
    {
        _inputs = inputs;
        command.Options.Add(_format);
    }

    /// <summary>The name of a format.</summary>
    public static string NameOf(IdTextFormat format) => format.ToString().ToLowerInvariant();

    /// <summary>Requires that there is a text whose layout has to be said, or one that has this one by its name.</summary>
    /// <param name="format">The layout, or null where it is not said.</param>
    /// <param name="files">The texts.</param>
    /// <exception cref="UsageException">All names say something else.</exception>
    public static void RequireUse(IdTextFormat? format, IReadOnlyCollection<InputFile> files)
    {
        if (format is null || files.Any(file => (IdTextFile.FormatOf(file.File) ?? format) == format)) return;
        string found = files.FirstOrDefault() is { } first ? $"{first.Name}, which is read as its name says" : "none";
        throw new UsageException(
            $"expected texts whose name does not tell their format with --format {NameOf(format.Value)}, found {found}");
    }

    /// <summary>The format that is asked for, or null.</summary>
    /// <exception cref="UsageException">All inputs have another by their names.</exception>
    public IdTextFormat? Read(ParseResult parse)
    {
        IdTextFormat? format = _format.Read(parse);
        RequireUse(format, [.. _inputs.SelectMany(option => Files(parse, option))]);
        return format;
    }

    private static IEnumerable<InputFile> Files(ParseResult parse, Option option) => option switch
    {
        Option<InputFile> one => parse.GetValue(one) is { } file ? [file] : [],
        Option<InputFile[]> many => parse.GetValue(many) ?? [],
        _ => throw new ArgumentException("expected an option that names files", nameof(option)),
    };
}
