using System.Text.RegularExpressions;

namespace QEngine.Tests.Architecture;

/// <summary>The rules that can be read off the sources. Each returns one line for every place that breaks it.</summary>
internal static partial class SourceRules
{
    /// <summary>The most lines of a file.</summary>
    public const int MostLines = 300;

    /// <summary>The most characters of a line, as <c>max_line_length</c> of .editorconfig.</summary>
    public const int MostCharacters = 140;

    /// <summary>The most lines of a folder's README.md.</summary>
    public const int MostReadmeLines = 60;

    private static readonly (string What, Regex Pattern)[] Forbidden =
    [
        ("System.Linq", new Regex(@"\bSystem\s*\.\s*Linq\b(?!\s*\.\s*Expressions\b)")),
        ("System.Reflection", new Regex(@"\bSystem\s*\.\s*Reflection\b")),
        ("System.Random", new Regex(@"\bSystem\s*\.\s*Random\b|\bRandom\s*\.\s*Shared\b|\bnew\s+Random\b")),
        ("the clock", new Regex(@"\bDateTime(?:Offset)?\s*\.\s*(?:Utc)?Now\b")),
        ("dynamic", new Regex(@"\bdynamic\b")),
        ("a global using", new Regex(@"\bglobal\s+using\b")),
    ];

    /// <summary>One file-scoped namespace a file, that of its layer, and the layer is in the table; drawers, folders below a layer's, leave it alone.</summary>
    public static IEnumerable<string> Namespaces(SourceFile file, LayerTable table)
    {
        if (file.Layer.Length > 0 && !table.Layers.Contains(file.Layer)) yield return $"{file.Path}: the layer {file.Layer} is not in the table";
        string[] found = [.. NamespacePattern().Matches(file.Code).Select(match => match.Groups[1].Value)];
        if (found.Length != 1 || found[0] != file.Namespace)
            yield return $"{file.Path}: expected the namespace {file.Namespace}, found {(found.Length == 0 ? "none" : string.Join(", ", found))}";
    }

    /// <summary>
    /// What a file names of QEngine is of its own layer, of one that the table allows it, or of the root namespace. Seen are
    /// <c>using QEngine.X</c>, <c>QEngine.X.Y</c> and <c>X.Y</c>, which is short for it within the namespace QEngine.
    /// </summary>
    public static IEnumerable<string> Uses(SourceFile file, LayerTable table, IReadOnlyCollection<SourceFile> all)
    {
        HashSet<string> rootTypes = [.. all.Where(other => other.Layer.Length == 0).SelectMany(other => other.Types)];
        foreach (Match match in QualifiedPattern().Matches(file.Code))
        {
            string used = match.Groups[1].Value;
            bool declares = match.Groups["declares"].Success;
            if (declares || rootTypes.Contains(used) || table.Allows(file.Layer, used)) continue;
            yield return Violation(file, match, used);
        }
        foreach (string layer in table.Layers)
        {
            if (table.Allows(file.Layer, layer)) continue;
            HashSet<string> types = [.. all.Where(other => other.Layer == layer).SelectMany(other => other.Types)];
            // Only before a type of that layer: a property may be called like a layer.
            foreach (Match match in Regex.Matches(file.Code, $@"(?<!\.\s*)(?<!\w){layer}\s*\.\s*(\w+)"))
            {
                if (types.Contains(match.Groups[1].Value)) yield return Violation(file, match, layer);
            }
        }
    }

    /// <summary>
    /// What no file of the engine may use; the interfaces of Microsoft.Extensions, and the expression trees that are their filters, belong
    /// to Hosting alone.
    /// </summary>
    public static IEnumerable<string> ForbiddenNames(SourceFile file)
    {
        foreach ((string what, Regex pattern) in Forbidden)
        {
            foreach (Match match in pattern.Matches(file.Code)) yield return $"{file.Path}:{file.LineAt(match.Index)}: uses {what}";
        }
        if (file.Layer == "Hosting") yield break;
        foreach (Match match in ExtensionsPattern().Matches(file.Code))
            yield return $"{file.Path}:{file.LineAt(match.Index)}: uses Microsoft.Extensions, which only Hosting may";
        foreach (Match match in ExpressionsPattern().Matches(file.Code))
            yield return $"{file.Path}:{file.LineAt(match.Index)}: uses System.Linq.Expressions, which only Hosting may";
    }

    /// <summary>A file is short enough to be read at one sitting.</summary>
    public static IEnumerable<string> Length(SourceFile file)
    {
        if (file.Lines > MostLines) yield return $"{file.Path}: expected at most {MostLines} lines, found {file.Lines}";
    }

    /// <summary>A line is short enough to be read beside another.</summary>
    public static IEnumerable<string> LineLength(SourceFile file)
    {
        int number = 0;
        foreach (string line in file.Text.Split('\n'))
        {
            number++;
            int length = line.TrimEnd('\r').Length;
            if (length > MostCharacters) yield return $"{file.Path}:{number}: expected at most {MostCharacters} characters, found {length}";
        }
    }

    /// <summary>A folder says in a few lines what it is for.</summary>
    /// <param name="layer">The folder's name.</param>
    /// <param name="readme">The text of its README.md, or null where there is none.</param>
    public static IEnumerable<string> Readme(string layer, string? readme)
    {
        if (readme is null)
        {
            yield return $"Engine/{layer}: expected a README.md, found none";
            yield break;
        }
        int lines = readme.TrimEnd('\n').Count(character => character == '\n') + 1;
        if (string.IsNullOrWhiteSpace(readme) || lines > MostReadmeLines)
            yield return $"Engine/{layer}/README.md: expected 1 to {MostReadmeLines} lines, found {(string.IsNullOrWhiteSpace(readme) ? 0 : lines)}";
    }

    private static string Violation(SourceFile file, Match match, string used) =>
        $"{file.Path}:{file.LineAt(match.Index)}: {(file.Layer.Length == 0 ? "the root" : file.Layer)} may not use {used}";

    /// <summary>Names of the types that some code declares, nested ones too.</summary>
    public static IReadOnlyList<string> TypesOf(string code) => [.. TypePattern().Matches(code).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"\bnamespace\s+([\w.]+)\s*(?=[;{])")]
    private static partial Regex NamespacePattern();

    [GeneratedRegex(@"(?<declares>\bnamespace\s+)?(?<!\.\s*)(?<!\w)QEngine\s*\.\s*(\w+)")]
    private static partial Regex QualifiedPattern();

    [GeneratedRegex(@"\bMicrosoft\s*\.\s*Extensions\b")]
    private static partial Regex ExtensionsPattern();

    [GeneratedRegex(@"\bSystem\s*\.\s*Linq\s*\.\s*Expressions\b")]
    private static partial Regex ExpressionsPattern();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record)\s+(?!class\b|struct\b)(\w+)|\bdelegate\s+[\w<>\[\],.?\s]*?(\w+)\s*(?:<[^>]*>)?\(")]
    private static partial Regex TypePattern();
}
