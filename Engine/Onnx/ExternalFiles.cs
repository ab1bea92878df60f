using System.Globalization;
using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>The files beside a model that have numbers of its tensors: opened once, and only inside the model's folder.</summary>
/// <param name="model">The model's file.</param>
internal sealed class ExternalFiles(RandomAccessFile model) : IDisposable
{
    private const int MaxFiles = 4096;

    private readonly Dictionary<string, RandomAccessFile> _files = new(StringComparer.Ordinal);

    /// <summary>Finds a tensor's numbers and requires the file to have them.</summary>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="entries">What the model says about the place: location, offset, length.</param>
    /// <param name="bytes">How many bytes the tensor has.</param>
    /// <returns>The file and where the numbers begin in it.</returns>
    public (RandomAccessFile File, long Offset) Find(string tensor, List<(string Key, string Value)> entries, long bytes)
    {
        string? location = null;
        long offset = 0, length = bytes;
        foreach ((string key, string value) in entries)
        {
            if (key == "location" && location is null) location = value;
            else if (key == "offset") offset = Number(tensor, key, value);
            else if (key == "length") length = Number(tensor, key, value);
            else if (key is "location") throw Fault($"one location of tensor {Printable.Quote(tensor)}", Printable.Quote(value));
        }
        if (location is null) throw Fault($"a location of tensor {Printable.Quote(tensor)}", "none");
        RandomAccessFile file = Open(tensor, location);
        if (length != bytes) throw Fault($"{bytes} bytes of tensor {Printable.Quote(tensor)}", $"length {length}");
        if (offset > file.Length || length > file.Length - offset)
            throw Fault($"{length} bytes at byte {offset} of {file.Name} for tensor {Printable.Quote(tensor)}",
                $"a file of {file.Length} bytes");
        return (file, offset);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (RandomAccessFile file in _files.Values) file.Dispose();
    }

    private RandomAccessFile Open(string tensor, string location)
    {
        if (_files.TryGetValue(location, out RandomAccessFile? known)) return known;
        if (!IsInside(location))
            throw Fault($"a location inside the model's folder for tensor {Printable.Quote(tensor)}", Printable.Quote(location));
        if (_files.Count == MaxFiles) throw Fault($"at most {MaxFiles} files of tensors", "more");
        RandomAccessFile file = RandomAccessFile.Open(Path.Combine(Path.GetDirectoryName(model.Path) ?? "", location));
        _files.Add(location, file);
        return file;
    }

    // A path from a file must not lead elsewhere, on any system; links are the user's own, as in the hub's cache.
    private static bool IsInside(string location)
    {
        if (location.Length == 0 || location.AsSpan().IndexOfAny(['\\', ':', '\0']) >= 0 || Path.IsPathRooted(location)) return false;
        foreach (string part in location.Split('/'))
        {
            if (part is "" or ".." || (part == "." && location.Length == 1)) return false;
        }
        return true;
    }

    private long Number(string tensor, string key, string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw Fault($"a whole number as {key} of tensor {Printable.Quote(tensor)}", Printable.Quote(value));

    private QEngineException Fault(string expected, string found) => new($"expected {expected}, found {found} in {model.Name}");
}
