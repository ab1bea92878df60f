namespace Examples;

/// <summary>A fenced block of C# in a page of Markdown.</summary>
/// <param name="Line">Number of its first line, from 1.</param>
/// <param name="Code">What stands between the fences.</param>
internal sealed record Example(int Line, string Code)
{
    private const string Opening = "```csharp", Closing = "```";

    /// <summary>All of a page.</summary>
    public static IEnumerable<Example> Of(string markdown)
    {
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        for (int first = 0; first < lines.Length; first++)
        {
            if (lines[first].Trim() != Opening) continue;
            int end = Array.FindIndex(lines, ++first, line => line.Trim() == Closing);
            if (end < 0) throw new InvalidDataException($"expected {Closing} after line {first}, found none");
            yield return new Example(first + 1, string.Join('\n', lines[first..end]));
            first = end;
        }
    }

    /// <summary>Whether a source file holds the example, white space aside: its using directives anywhere, the rest in one piece.</summary>
    public bool IsIn(string source)
    {
        string[] lines = Code.Split('\n');
        string rest = string.Concat(lines.Where(line => !IsUsing(line)));
        string text = Dense(source);
        return lines.Where(IsUsing).All(line => text.Contains(Dense(line), StringComparison.Ordinal)) && text.Contains(Dense(rest), StringComparison.Ordinal);
    }

    private static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && line.TrimEnd().EndsWith(';') && !line.Contains('=');

    private static string Dense(string text) => string.Concat(text.Where(character => !char.IsWhiteSpace(character)));
}
