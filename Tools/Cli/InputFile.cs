using System.CommandLine.Parsing;
using QEngine.Storage;
using QEngine.Tools.Commands;

namespace QEngine.Tools.Cli;

/// <summary>A file that is read: any path, also of what can be read only once (a pipe, a terminal); <c>-</c> is standard input.</summary>
internal sealed class InputFile : CommandPath
{
    private readonly Func<string, string> _find;
    private readonly Lazy<string> _identity, _readable;

    private InputFile(string option, string given, Func<string, string> find)
        : base(option, given)
    {
        _find = find;
        _identity = new Lazy<string>(() => IdentityOf(File, 0));
        _readable = new Lazy<string>(Readable);
    }

    /// <inheritdoc/>
    public override string Name => Given == Dash ? "standard input" : File;

    /// <summary>The path as it was given or, where that is a folder that holds such a file, the file's.</summary>
    public string File => Given == Dash ? Given : _find(Given);

    /// <summary>A path that can be read from its start any number of times; what can be read only once is copied first.</summary>
    /// <exception cref="QEngineException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted while the other side of a pipe was waited for.</exception>
    public string ReadablePath => _readable.Value;

    /// <summary>The path that all names of the file share.</summary>
    public string Identity => _identity.Value;

    /// <summary>Whether it can be read only once.</summary>
    public bool IsStream => Given == Dash || RealPath.KindOf(Identity) is not (FileKind.Regular or FileKind.Nothing or FileKind.Folder);

    /// <summary>Whether it is standard input, by any name.</summary>
    public bool IsStandardInput => Given == Dash || (IsStream && IsStandard(Identity, 0));

    /// <summary>Reads an option that names a file.</summary>
    public static InputFile Parse(ArgumentResult result) => Parse(result, From);

    /// <summary>Reads an option that names files.</summary>
    public static InputFile[] ParseAll(ArgumentResult result) => ParseAll(result, From);

    /// <summary>Reads an option that names a file or a folder that holds it.</summary>
    /// <param name="find">The file of a folder; of another path the path.</param>
    public static Func<ArgumentResult, InputFile> ParseIn(Func<string, string> find) => result =>
        Parse(result, (option, given) => new InputFile(option, given, find));

    /// <summary>A file, or one in a folder, that an option names.</summary>
    public static InputFile From(string option, string given, Func<string, string> find) => new(option, given, find);

    /// <summary>Requires, before long work, that there is such a file and that it may be read.</summary>
    /// <exception cref="QEngineException">There is none, or a folder of its name, or it may not be read.</exception>
    public void RequireReadable()
    {
        if (Given == Dash) return;
        string? found = RealPath.KindOf(File) switch
        {
            FileKind.Folder => "a folder of that name",
            FileKind.Nothing => Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(File))) ? "no such file" : "no such folder",
            FileKind.Regular => MayBeRead() ? null : "no permission",
            // Opening it may wait for its other side.
            _ => null,
        };
        if (found is not null) throw new QEngineException($"expected a readable file, found {found}: {File}");
    }

    private static InputFile From(string option, string given) => new(option, given, path => path);

    private bool MayBeRead()
    {
        try
        {
            Open().Dispose();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string Readable()
    {
        if (!IsStream) return File;
        if (IsStandardInput) return Spool.Copy(Name, () => StandardInput.Open());
        // A device such as /dev/zero is read where it is.
        if (RealPath.KindOf(File) == FileKind.Device && CanSeek()) return File;
        return Spool.Copy(Name, Open);
    }

    private bool CanSeek()
    {
        using FileStream stream = Open();
        return stream.CanSeek;
    }

    private FileStream Open() => new(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
