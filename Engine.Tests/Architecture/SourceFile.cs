using QEngine.Tests.Support;

namespace QEngine.Tests.Architecture;

/// <summary>A source file of the engine or of another project.</summary>
/// <param name="Path">Its path below the repository with forward slashes: <c>Engine/Text/Vocabulary.cs</c>.</param>
/// <param name="Text">Its content.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>The content without comments and text of literals.</summary>
    public string Code { get; } = CodeText.Of(Text);

    /// <summary>Names of the types in it.</summary>
    public IReadOnlyList<string> Types => field ??= SourceRules.TypesOf(Code);

    /// <summary>The namespace of its layer, whatever drawer of it the file lies in.</summary>
    public string Namespace => Layer.Length == 0 ? "QEngine" : "QEngine." + Layer;

    /// <summary>The folder directly under Engine, or empty for a file of Engine itself.</summary>
    public string Layer => Path.Split('/')[1..^1].FirstOrDefault("");

    /// <summary>How many lines there are.</summary>
    public int Lines => Text.TrimEnd('\n').Count(character => character == '\n') + 1;

    /// <summary>Number of the line at a position, from 1.</summary>
    public int LineAt(int position) => 1 + Text.AsSpan(0, position).Count('\n');

    /// <summary>All source files of the engine; skips the running test, saying so, where the sources are not above the test's binaries.</summary>
    public static IReadOnlyList<SourceFile> OfEngine() => Of("Engine");

    /// <summary>The same of any project, named by its folder.</summary>
    public static IReadOnlyList<SourceFile> Of(string project)
    {
        string root = Repository.Root(), top = System.IO.Path.Combine(root, project);
        List<SourceFile> files = [];
        foreach (string folder in Directory.GetDirectories(top).Append(top))
        {
            if (System.IO.Path.GetFileName(folder) is "bin" or "obj") continue;
            SearchOption depth = folder == top ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories;
            foreach (string path in Directory.GetFiles(folder, "*.cs", depth))
                files.Add(new SourceFile(System.IO.Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText(path)));
        }
        return files;
    }
}
