using System.CommandLine.Parsing;
using QEngine.Storage;

namespace QEngine.Tools.Cli;

/// <summary>
/// A folder that is read: a model, an index, a collection. A word that stands for something else, as <c>bm25</c>, names no file.
/// </summary>
internal sealed class InputFolder : CommandPath
{
    private readonly Func<string, IEnumerable<string>> _files;

    private InputFolder(string option, string given, string folder, string location, Func<string, IEnumerable<string>> files)
        : base(option, given) => (Folder, Location, _files) = (folder, location, files);

    /// <summary>The folder, or the name that stands for one.</summary>
    public string Folder { get; }

    /// <summary>Where the folder is, or would be.</summary>
    public string Location { get; }

    /// <summary>The real paths of the folder's files that may be read, as far as they are there.</summary>
    public IEnumerable<string> Files => Directory.Exists(Location) ? _files(Location).Select(RealPath.Resolve) : [];

    /// <summary>Reads an option that names a folder whose files all have known names.</summary>
    /// <param name="known">Whether a file or folder in it, at any depth, is read.</param>
    /// <param name="locate">Where the folder of a value is; the value itself if left out.</param>
    public static Func<ArgumentResult, InputFolder> ParseKnown(Predicate<string> known, Func<string, string>? locate = null) =>
        result => Parse(result, (option, given) =>
            new InputFolder(option, given, given, locate?.Invoke(given) ?? given, folder => Known(folder, known)));

    /// <summary>The same for an option that names folders.</summary>
    /// <param name="known">Whether a file or folder in one, at any depth, is read.</param>
    public static Func<ArgumentResult, InputFolder[]> ParseAllKnown(Predicate<string> known) =>
        result => ParseAll(result, (option, given) => new InputFolder(option, given, given, given, folder => Known(folder, known)));

    /// <summary>Reads an option that names a folder some of whose files are read.</summary>
    /// <param name="files">The files of a folder.</param>
    public static Func<ArgumentResult, InputFolder> ParseWith(Func<string, IEnumerable<string>> files) =>
        result => Parse(result, (option, given) => new InputFolder(option, given, given, given, files));

    /// <summary>Reads an option that names folders and what they are called, <c>NAME=FOLDER</c>.</summary>
    /// <param name="files">The files of a folder.</param>
    public static Func<ArgumentResult, InputFolder[]> ParseNamed(Func<string, IEnumerable<string>> files) =>
        result => ParseAll(result, (option, given) => new InputFolder(option, given, FolderOf(given), FolderOf(given), files));

    private static string FolderOf(string named) => named[(named.IndexOf('=') + 1)..];

    private static IEnumerable<string> Known(string folder, Predicate<string> known)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(folder))
        {
            if (!known(Path.GetFileName(entry))) continue;
            if (!Directory.Exists(entry)) yield return entry;
            else foreach (string inner in Known(entry, known)) yield return inner;
        }
    }
}
