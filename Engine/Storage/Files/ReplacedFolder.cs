namespace QEngine.Storage;

/// <summary>
/// Reads a folder of several files that somebody may replace as a whole meanwhile (<see cref="AtomicFolder"/>), so that all are of one.
/// </summary>
internal static class ReplacedFolder
{
    private const int Attempts = 5;

    // Between the two renames of a replacement there is no folder: the first wait for it; each is twice as long as the one before.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(4);

    /// <summary>Reads the folder, and again where it was replaced while it was read. A new folder has another time of writing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="read">Reads its files.</param>
    /// <exception cref="QEngineException">It is replaced again and again; or what <paramref name="read"/> throws.</exception>
    public static T Read<T>(string folder, Func<T> read)
    {
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            DateTime before = Directory.GetLastWriteTimeUtc(folder);
            try
            {
                T result = read();
                if (Directory.GetLastWriteTimeUtc(folder) == before) return result;
            }
            catch (QEngineException) when (attempt < Attempts
                && (!Directory.Exists(folder) || Directory.GetLastWriteTimeUtc(folder) != before))
            {
                // A file of the old folder was gone, or did not fit one of the new.
            }
            if (!Directory.Exists(folder)) Thread.Sleep(Pause * (1 << (attempt - 1)));
        }
        throw new QEngineException(
            $"expected a folder that stays while it is read, found it replaced {Attempts} times: {FileErrors.Name(folder)}");
    }
}
