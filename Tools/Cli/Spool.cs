using System.Globalization;

namespace QEngine.Tools.Cli;

/// <summary>
/// Temporary files of this run in a folder of its own: copies of what can be read only once, and what goes to standard output.
/// </summary>
internal static class Spool
{
    private static readonly List<(string Path, string Name)> Files = [];
    private static string? s_folder;

    static Spool() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete();

    /// <summary>Copies a stream into a file that can be read any number of times; stops when interrupted.</summary>
    /// <param name="name">What the user calls it.</param>
    /// <param name="open">Opens the stream, which may wait, as for the other side of a pipe.</param>
    /// <returns>
    /// The file; its name ends as the stream's, so that it is read alike. Where that has no extension, the content of a gzip file gives it
    /// <c>.gz</c>, and a JSON object <c>.json</c>.
    /// </returns>
    /// <exception cref="QEngineException">It cannot be read, or there is no room for it.</exception>
    public static string Copy(string name, Func<Stream> open)
    {
        string path = Reserve(name);
        Wait(() => Copy(name, open, path));
        return Path.HasExtension(name) ? path : Rename(path, name);
    }

    /// <summary>Writes a whole file to a stream; stops when interrupted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What the user calls the stream.</param>
    /// <param name="open">Opens the stream, which may wait, as for the other side of a pipe.</param>
    /// <exception cref="QEngineException">It cannot be written.</exception>
    public static void Send(string path, string name, Func<Stream> open) => Wait(() =>
    {
        using FileStream content = File.OpenRead(path);
        try
        {
            using Stream output = open();
            content.CopyTo(output);
            output.Flush();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new QEngineException($"expected to write {name}, found: {failure.Message}", failure);
        }
    });

    /// <summary>A path in the folder at which nothing is yet.</summary>
    /// <param name="name">What the user calls it; messages about the path name this instead, see <see cref="Original"/>.</param>
    public static string Reserve(string name)
    {
        s_folder ??= Directory.CreateTempSubdirectory("qengine-").FullName;
        string path = Path.Combine(s_folder, string.Create(CultureInfo.InvariantCulture, $"{Files.Count}-{Path.GetFileName(name)}"));
        Files.Add((path, name));
        return path;
    }

    /// <summary>A message of the engine with the names that the user knows.</summary>
    public static string Original(string message)
    {
        // The longest first: one may be the beginning of another.
        foreach ((string path, string name) in Files.OrderByDescending(file => file.Path.Length))
            message = message.Replace(path, name, StringComparison.Ordinal);
        return message;
    }

    /// <summary>Deletes all files.</summary>
    public static void Delete()
    {
        Files.Clear();
        if (Interlocked.Exchange(ref s_folder, null) is not { } folder) return;
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Somebody else has deleted it, or on Windows still has a file open.
        }
    }

    /// <summary>
    /// The system does not know of our interruption while it waits for somebody else: the thread that waits is left behind.
    /// </summary>
    private static void Wait(Action work) => Task.Run(work).WaitAsync(Session.Cancellation).GetAwaiter().GetResult();

    private static void Copy(string name, Func<Stream> open, string path)
    {
        byte[] buffer = new byte[1 << 16];
        using Stream source = Read(name, open);
        try
        {
            using FileStream copy = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
            while (Read(name, () => source.Read(buffer)) is > 0 and int count) copy.Write(buffer.AsSpan(0, count));
        }
        catch (IOException failure)
        {
            throw new QEngineException(
                $"expected room in {Path.GetTempPath()} for a copy of what can be read only once, found: {failure.Message}: {name}",
                failure);
        }
    }

    private static T Read<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string found = failure is IOException ? failure.Message : "no permission";
            throw new QEngineException($"expected a readable file, found {found}: {name}", failure);
        }
    }

    private static string Rename(string path, string name)
    {
        string named = path + ExtensionOf(path);
        if (named == path) return path;
        File.Move(path, named);
        Files.Add((named, name));
        return named;
    }

    private static string ExtensionOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return (file.ReadByte(), file.ReadByte()) switch
        {
            (0x1F, 0x8B) => ".gz",
            ('{', _) => ".json",
            _ => "",
        };
    }
}
