using System.Globalization;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>Writes a folder of known files so that it appears, or replaces an older one, all at once.</summary>
internal static class FolderWriter
{
    // What a saved folder may hold: anything else in a folder of that name belongs to somebody, and is not deleted.
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "modules.json", "config.json", "config_sentence_transformers.json", "sentence_bert_config.json", "model.safetensors",
        "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
        "1_Pooling", "2_Dense", "2_QuantumCompression", "2_Normalize",
    };

    private static int s_number;

    /// <summary>Writes into a temporary folder beside the target, then puts it in the target's place.</summary>
    /// <param name="folder">The target; its parent must exist. An empty folder or one with known files only is replaced.</param>
    /// <param name="write">Writes the files into the folder it is given.</param>
    public static void Write(string folder, Action<string> write)
    {
        try
        {
            string target = Target(folder);
            string temporary = Sibling(target, "tmp");
            try
            {
                Directory.CreateDirectory(temporary);
                write(temporary);
                Replace(target, temporary);
            }
            finally
            {
                if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            }
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.Writing(folder, failure);
        }
    }

    /// <summary>Checks, before long work starts, that a folder can be written.</summary>
    /// <param name="folder">The target, as for <see cref="Write"/>.</param>
    public static void Require(string folder)
    {
        try
        {
            Target(folder);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            throw FileErrors.Writing(folder, failure);
        }
    }

    /// <summary>The full path of a folder that may be written.</summary>
    private static string Target(string folder)
    {
        string name = FileErrors.Name(folder), target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string parent = Path.GetDirectoryName(target) ?? throw new QEngineException($"expected a folder to write, found the root: {name}");
        if (!Directory.Exists(parent)) throw new DirectoryNotFoundException();
        if (File.Exists(target)) throw new QEngineException($"expected a folder to write, found a file: {name}");
        if (Directory.Exists(target)) RequireKnown(target, target);
        return target;
    }

    private static void Replace(string target, string temporary)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(temporary, target);
            return;
        }

        string old = Sibling(target, "old");
        Directory.Move(target, old);
        try
        {
            Directory.Move(temporary, target);
        }
        catch
        {
            Directory.Move(old, target);
            throw;
        }
        Directory.Delete(old, recursive: true);
    }

    private static void RequireKnown(string root, string folder)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(folder))
        {
            if (!Known.Contains(Path.GetFileName(entry)))
                throw new QEngineException(
                    $"expected an empty folder or a model's to replace, found {Printable.Quote(Path.GetRelativePath(root, entry))} in {FileErrors.Name(root)}");
            if (Directory.Exists(entry)) RequireKnown(root, entry);
        }
    }

    private static string Sibling(string target, string ending)
    {
        while (true)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{target}.{Environment.ProcessId}-{Interlocked.Increment(ref s_number)}.{ending}");
            if (!Path.Exists(path)) return path;
        }
    }
}
