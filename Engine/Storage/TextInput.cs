namespace QEngine.Storage;

/// <summary>Opens the lines of files that are often kept compressed.</summary>
internal static class TextInput
{
    /// <summary>Opens a file, decompressing one whose name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">The file cannot be read, or while reading: it is no whole gzip file.</exception>
    public static Utf8Lines Open(string path) =>
        path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new Utf8Lines(GzipInput.Open(path), path) : Utf8Lines.Open(path);
}
