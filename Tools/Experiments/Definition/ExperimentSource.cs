using System.Text;
using QEngine.Storage;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>An experiment and the text that defines it.</summary>
/// <param name="Experiment">What it says.</param>
/// <param name="Text">The JSON.</param>
internal sealed record ExperimentSource(Experiment Experiment, string Text)
{
    private const string Prefix = "experiment.", Ending = ".json";
    private const int MaximumBytes = 1 << 22;

    /// <summary>Names of the experiments that come with the program, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(ExperimentSource).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Ending.Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>Finds an experiment: a file, else one that comes with the program.</summary>
    /// <param name="value">A path, or a name of <see cref="Names"/>.</param>
    /// <exception cref="UsageException">It is neither.</exception>
    /// <exception cref="QEngineException">The file cannot be read, or is no experiment.</exception>
    public static ExperimentSource Find(string value)
    {
        if (File.Exists(value)) return Parse(Utf8Text.ReadAllBytes(value, MaximumBytes), value);
        if (Names.Contains(value)) return BuiltIn(value);
        string meant = Nearest.Find(value, Names) is { } nearest ? $": did you mean {nearest}?" : "";
        throw new UsageException($"expected the file of an experiment or one of {string.Join(", ", Names)}, found '{value}'{meant}");
    }

    /// <summary>One that comes with the program.</summary>
    public static ExperimentSource BuiltIn(string name)
    {
        using Stream stream = typeof(ExperimentSource).Assembly.GetManifestResourceStream($"{Prefix}{name}{Ending}")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Parse(bytes, name);
    }

    /// <summary>Reads the text of an experiment.</summary>
    /// <param name="bytes">JSON in UTF-8.</param>
    /// <param name="name">What messages call it.</param>
    public static ExperimentSource Parse(ReadOnlyMemory<byte> bytes, string name) =>
        new(JsonCursor.Read(bytes, Printable.OneLine(name), ExperimentFile.Read), Encoding.UTF8.GetString(bytes.Span));
}
