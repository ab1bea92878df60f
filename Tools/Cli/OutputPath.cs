namespace QEngine.Tools.Cli;

/// <summary>Files that are written after long work.</summary>
internal static class OutputPath
{
    /// <summary>Requires, before the work, that a file can be put at a path.</summary>
    /// <exception cref="QEngineException">There is a folder of that name, or no folder above it.</exception>
    public static void Require(string path)
    {
        if (Directory.Exists(path)) throw new QEngineException($"expected a file to write, found a folder: {path}");
        string? parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(parent)) throw new QEngineException($"expected an existing folder to write into, found none: {parent}");
    }
}
