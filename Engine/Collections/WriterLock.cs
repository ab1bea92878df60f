using QEngine.Storage;

namespace QEngine.Collections;

/// <summary>The right to change a collection: a lock on a file in its folder, which the system ends with the process.</summary>
/// <remarks>
/// The file stays: were it deleted, a second and a third writer could each hold a lock of that name, on the old file and on a new one.
/// </remarks>
internal sealed class WriterLock : IDisposable
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "writer.lock";

    // A folder can be replaced between opening the file and locking it, but not every time.
    private const int Attempts = 10;

    private readonly FileStream _file;

    private WriterLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or fails at once.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <exception cref="QEngineException">Somebody else has it, or the folder is missing or may not be written.</exception>
    public static WriterLock Take(string folder) => Take(folder, FileName);

    /// <summary>The same on another file, for the right to change a part of the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The file's name.</param>
    /// <exception cref="QEngineException">As above.</exception>
    public static WriterLock Take(string folder, string name) =>
        Take(folder, name, path => new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0));

    /// <summary>The same with what opens and locks the file, for a test to let the folder be replaced between the two.</summary>
    internal static WriterLock Take(string folder, Func<string, FileStream> open) => Take(folder, FileName, open);

    private static WriterLock Take(string folder, string name, Func<string, FileStream> open)
    {
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                FileStream file = open(Path.Combine(folder, name));
                if (file.Length == 0 || attempt == Attempts) return new WriterLock(file);
                // That of a folder which has been replaced: another is at the path now.
                file.Dispose();
            }
        }
        catch (DirectoryNotFoundException failure)
        {
            throw FileErrors.WritingFolder(folder, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new QEngineException(
                $"expected an index that nobody else is writing and that may be written, "
                + $"found it locked or protected: {FileErrors.Name(folder)}",
                failure);
        }
    }

    /// <summary>
    /// Marks the file as that of a folder which has been replaced, for whoever has opened it already and waits for the lock.
    /// </summary>
    public void Retire()
    {
        try
        {
            _file.WriteByte(1);
        }
        catch (IOException)
        {
            // The disk is full: the mark is missed only by who opened the file within the moment of the replacement.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
