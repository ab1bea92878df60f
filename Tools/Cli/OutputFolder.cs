using System.CommandLine.Parsing;
using QEngine.Storage;

namespace QEngine.Tools.Cli;

/// <summary>A folder that is written, and may be replaced with all that is in it.</summary>
internal sealed class OutputFolder : CommandPath
{
    private readonly Lazy<string> _identity;

    private OutputFolder(string option, string given, string? beside)
        : base(option, given)
    {
        Folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        Beside = beside is null ? null : OutputFile.Beside(option, Folder + beside);
        _identity = new Lazy<string>(() => RealPath.Resolve(Folder));
    }

    /// <summary>The folder, absolute.</summary>
    public string Folder { get; }

    /// <summary>The path that all names of the folder share.</summary>
    public string Identity => _identity.Value;

    /// <summary>A file that is written beside it, or null.</summary>
    public OutputFile? Beside { get; }

    /// <summary>Reads an option that names a folder.</summary>
    public static OutputFolder? Parse(ArgumentResult result) => Parse(result, null);

    /// <summary>Reads an option that names a folder beside which a file is written.</summary>
    /// <param name="beside">What the file's name has more than the folder's.</param>
    public static Func<ArgumentResult, OutputFolder?> ParseWith(string beside) => result => Parse(result, beside);

    /// <summary>A folder of a name that is not from the command line.</summary>
    public static OutputFolder Default(string option, string given) => new(option, given, null);

    /// <summary>Makes a folder where there is none.</summary>
    /// <exception cref="QEngineException">It cannot be made.</exception>
    public static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.WritingFolder(folder, failure);
        }
    }

    private static OutputFolder? Parse(ArgumentResult result, string? beside)
    {
        string given = result.Tokens[^1].Value;
        if (given != Dash) return Parse(result, (option, path) => new OutputFolder(option, path, beside));
        result.AddError("expected a folder, found standard output, which holds none");
        return null;
    }
}
