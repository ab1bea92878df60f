namespace QEngine.Storage;

/// <summary>Opens text files that are often kept compressed: one whose name ends in <c>.gz</c> is decompressed while it is read.</summary>
internal static class TextInput
{
    /// <summary>Opens the lines of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">The file cannot be read, or while reading: it is no whole gzip file.</exception>
    public static Utf8Lines Open(string path) => IsCompressed(path) ? new Utf8Lines(GzipInput.Open(path), path) : Utf8Lines.Open(path);

    /// <summary>Opens the bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">The file cannot be read, or while reading: it is no whole gzip file.</exception>
    public static Stream OpenBytes(string path) => IsCompressed(path) ? GzipInput.Open(path) : OpenPlain(path);

    /// <summary>Opens the bytes of a file as they are.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">The file is missing, a folder, or may not be read.</exception>
    public static FileStream OpenPlain(string path)
    {
        try
        {
            // No buffer below the reader's own.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.Reading(path, failure);
        }
    }

    /// <summary>The extension that says what is in a file: that before <c>.gz</c>, in lower case, with its dot.</summary>
    /// <param name="path">The file.</param>
    public static string Extension(string path) => Path.GetExtension(IsCompressed(path) ? path[..^3] : path).ToLowerInvariant();

    private static bool IsCompressed(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}
