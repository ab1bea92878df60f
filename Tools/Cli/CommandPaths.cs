using System.CommandLine;
using QEngine.Storage;

namespace QEngine.Tools.Cli;

/// <summary>All files and folders that a command line names: nothing that is written may be anything else that it names.</summary>
internal sealed class CommandPaths
{
    private readonly List<InputFile> _inputs = [];
    private readonly List<InputFolder> _inputFolders = [];
    private readonly List<OutputFile> _outputs = [];
    private readonly List<OutputFolder> _outputFolders = [];
    private readonly OutputFile[] _beside;

    /// <summary>Collects them.</summary>
    public CommandPaths(ParseResult parse)
    {
        foreach (Symbol symbol in (Symbol[])[.. parse.CommandResult.Command.Arguments, .. parse.CommandResult.Command.Options])
        {
            switch (symbol)
            {
                case Argument<InputFile> one when parse.GetValue(one) is { } file: _inputs.Add(file); break;
                case Option<InputFile> one when parse.GetValue(one) is { } file: _inputs.Add(file); break;
                case Option<InputFile[]> many: _inputs.AddRange(parse.GetValue(many) ?? []); break;
                case Option<InputFolder> one when parse.GetValue(one) is { } folder: _inputFolders.Add(folder); break;
                case Option<InputFolder[]> many: _inputFolders.AddRange(parse.GetValue(many) ?? []); break;
                case Option<OutputFile> one when parse.GetValue(one) is { } file: _outputs.Add(file); break;
                case Option<OutputFolder> one when parse.GetValue(one) is { } folder: _outputFolders.Add(folder); break;
                default: break;
            }
        }
        _beside = [.. _outputFolders.Select(folder => folder.Beside).OfType<OutputFile>()];
    }

    /// <summary>Whether standard output is one of the files, so that results cannot go there.</summary>
    public bool WriteStandardOutput => _outputs.Any(output => output.IsStandardOutput);

    /// <summary>
    /// Requires that the files of a command line can be what they are for. A command calls this once it has looked at its other options,
    /// before it reads, computes or writes anything.
    /// </summary>
    /// <exception cref="QEngineException">An input cannot be read, or an output not written.</exception>
    public static void RequireUsable(ParseResult parse)
    {
        CommandPaths paths = new(parse);
        // What is beside a folder is the command's to look at: the folder above may have to be made first.
        foreach (OutputFile output in paths._outputs) output.RequireWritable();
        foreach (InputFile input in paths._inputs) input.RequireReadable();
    }

    /// <summary>
    /// Requires, before a command begins, that no two are the same of which one is written, and that outputs have their extensions.
    /// </summary>
    /// <exception cref="UsageException">Two are the same, or an output has the wrong extension.</exception>
    /// <exception cref="QEngineException">A path leads in a circle.</exception>
    public void RequireDistinct()
    {
        for (int i = 0; i < _inputs.Count; i++) RequireOtherStream(_inputs[i], _inputs.Take(i));
        OutputFile[] written = [.. _beside, .. _outputs];
        for (int i = 0; i < written.Length; i++) RequireOtherFile(written[i], written.Take(i));
        for (int i = 0; i < _outputFolders.Count; i++) RequireOutside(_outputFolders[i], _outputFolders.Take(i));
        foreach (OutputFile output in _outputs) output.RequireExtension();
    }

    private static void RequireOtherStream(InputFile input, IEnumerable<InputFile> others)
    {
        if (!input.IsStream) return;
        foreach (InputFile other in others)
        {
            if (other.IsStream && Same(input.Identity, other.Identity))
                throw new UsageException(
                    $"expected {input.Option} and {other.Option} to name two inputs, "
                    + $"found {input.Name} for both, which can be read only once");
        }
    }

    private void RequireOtherFile(OutputFile output, IEnumerable<OutputFile> others)
    {
        // A device takes what it is given; a terminal or socket may be both standard input and standard output.
        if (RealPath.KindOf(output.Identity) is FileKind.Device or FileKind.Other) return;
        foreach (InputFile input in _inputs)
        {
            if (Same(output.Identity, input.Identity)) throw Taken(output, input, "reads");
        }
        foreach (InputFolder folder in _inputFolders)
        {
            if (folder.Files.Any(file => Same(output.Identity, file))) throw Taken(output, folder, "reads");
        }
        foreach (OutputFile other in others)
        {
            if (Same(output.Identity, other.Identity)) throw Taken(output, other, "writes");
        }
    }

    private void RequireOutside(OutputFolder folder, IEnumerable<OutputFolder> others)
    {
        foreach (InputFile input in _inputs) RequireOutside(folder, input, input.Identity);
        foreach (InputFolder input in _inputFolders)
        {
            if (Directory.Exists(input.Location)) RequireOutside(folder, input, RealPath.Resolve(input.Location));
        }
        foreach (OutputFile output in _outputs) RequireOutside(folder, output, output.Identity);
        foreach (OutputFolder other in others)
        {
            RequireOutside(folder, other, other.Identity);
            RequireOutside(other, folder, folder.Identity);
        }
    }

    private static void RequireOutside(OutputFolder folder, CommandPath other, string path)
    {
        if (Same(folder.Identity, path) || path.StartsWith(folder.Identity + Path.DirectorySeparatorChar, Comparison))
            throw new UsageException(
                $"expected {other.Option} outside of the folder that {folder.Option} writes, found {other.Name} in {folder.Given}");
    }

    private static UsageException Taken(OutputFile output, CommandPath other, string does) =>
        new($"expected {output.Option} to name another file than {other.Option} {does}, found {output.Name}");

    private static bool Same(string path, string other) => string.Equals(path, other, Comparison);

    // As their usual file systems compare.
    private static StringComparison Comparison => OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
}
