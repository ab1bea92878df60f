using System.CommandLine.Parsing;
using QEngine.Storage;

namespace QEngine.Tools.Cli;

/// <summary>
/// A file that is written: any path, also of a device or pipe, which is written to and not replaced; <c>-</c> is standard output.
/// </summary>
internal sealed class OutputFile : CommandPath
{
    private readonly string? _extension;
    private readonly Lazy<string> _identity;

    private OutputFile(string option, string given, string? extension)
        : base(option, given)
    {
        _extension = extension;
        _identity = new Lazy<string>(() => IdentityOf(Given, 1));
    }

    /// <inheritdoc/>
    public override string Name => IsStandardOutput ? StandardOutput.Name : Given;

    /// <summary>The path that all names of the file share.</summary>
    public string Identity => _identity.Value;

    /// <summary>Whether it is standard output, by any name: results then go to standard error.</summary>
    public bool IsStandardOutput => IsStandard(Identity, 1);

    /// <summary>
    /// Whether it is written to rather than replaced, so that it is written once: no regular file, or a descriptor, whose file may be one.
    /// </summary>
    public bool IsStream =>
        IsStandardOutput || RealPath.KindOf(Identity) is not (FileKind.Regular or FileKind.Nothing or FileKind.Folder)
        || Given.StartsWith("/dev/", StringComparison.Ordinal) || Given.StartsWith("/proc/", StringComparison.Ordinal);

    /// <summary>Reads an option that names a file of any name, but not <c>.gz</c>: nothing is compressed.</summary>
    public static OutputFile Parse(ArgumentResult result) => Parse(result, (option, given) => new OutputFile(option, given, null));

    /// <summary>Reads an option that names a file with an extension.</summary>
    /// <param name="extension">The extension, with its dot.</param>
    public static Func<ArgumentResult, OutputFile> ParseAs(string extension) => result =>
        Parse(result, (option, given) => new OutputFile(option, given, extension));

    /// <summary>A file that is written beside what an option names.</summary>
    public static OutputFile Beside(string option, string path) => new(option, path, null);

    /// <summary>Requires, before long work, that the file can be written.</summary>
    /// <exception cref="QEngineException">It is a folder or read-only, or its folder is, or there is none.</exception>
    public void RequireWritable()
    {
        if (!IsStandardOutput) AtomicFile.Require(Given);
    }

    /// <summary>Requires that a file that is replaced is named as what it will hold.</summary>
    /// <exception cref="UsageException">Its name has another extension.</exception>
    public void RequireExtension()
    {
        // That it is a folder is the better thing to say.
        if (IsStream || Directory.Exists(Identity)) return;
        // Of a link the name of its file tells as well.
        if (_extension is not null && !Has(Given, _extension) && !Has(Identity, _extension))
            throw new UsageException($"expected {Option} to name a {_extension} file, or {Dash} for standard output, found {Given}");
        if (Has(Given, ".gz"))
            throw new UsageException($"expected {Option} to name a file without .gz, as what is written is not compressed, found {Given}");
    }

    /// <summary>Writes the file.</summary>
    /// <param name="write">Writes a file at a path.</param>
    /// <exception cref="QEngineException">It cannot be written.</exception>
    public void Write(Action<string> write)
    {
        if (!IsStandardOutput && RealPath.KindOf(Identity) != FileKind.Pipe)
        {
            write(Given);
            return;
        }
        string path = Spool.Reserve(Name);
        write(path);
        Spool.Send(path, Name, IsStandardOutput ? StandardOutput.Open : OpenPipe);
    }

    private FileStream OpenPipe() => new(Given, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    private static bool Has(string path, string extension) => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);
}
