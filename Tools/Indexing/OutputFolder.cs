using System.Globalization;

namespace QEngine.Tools.Indexing;

/// <summary>Writes a folder so that it appears, or replaces an older one of its kind, all at once.</summary>
internal static class OutputFolder
{
    /// <summary>Checks, before long work starts, that a folder can be written.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="known">Names that a folder of this kind holds: one with any other file is not replaced.</param>
    /// <exception cref="QEngineException">There is a file of that name, the folder holds something else, or its parent is missing.</exception>
    public static void Require(string folder, IReadOnlySet<string> known)
    {
        string target = Full(folder);
        if (File.Exists(target)) throw new QEngineException($"expected a folder to write, found a file: {folder}");
        if (!Directory.Exists(Path.GetDirectoryName(target))) throw new QEngineException($"expected an existing folder to write into, found none: {Path.GetDirectoryName(target)}");
        if (!Directory.Exists(target)) return;
        foreach (string entry in Directory.EnumerateFileSystemEntries(target))
        {
            if (!known.Contains(Path.GetFileName(entry)))
                throw new QEngineException($"expected a new or empty folder, or one of the same kind to replace, found '{Path.GetFileName(entry)}' in {folder}");
        }
    }

    /// <summary>Writes into a temporary folder beside the target, then puts it in the target's place.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="known">As for <see cref="Require"/>.</param>
    /// <param name="write">Writes the files into the folder it is given; if it throws, nothing changes.</param>
    /// <exception cref="QEngineException">The folder cannot be written.</exception>
    public static void Write(string folder, IReadOnlySet<string> known, Action<string> write)
    {
        Require(folder, known);
        string target = Full(folder), suffix = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        string temporary = $"{target}.{suffix}.tmp", old = $"{target}.{suffix}.old";
        try
        {
            Directory.CreateDirectory(temporary);
            write(temporary);
            if (Directory.Exists(target)) Directory.Move(target, old);
            try
            {
                Directory.Move(temporary, target);
            }
            catch when (Directory.Exists(old))
            {
                Directory.Move(old, target);
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new QEngineException($"expected to write a folder, found {failure.Message.ReplaceLineEndings(" ")}: {folder}", failure);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            if (Directory.Exists(old) && Directory.Exists(target)) Directory.Delete(old, recursive: true);
        }
    }

    private static string Full(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
}
