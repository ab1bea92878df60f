using System.Globalization;
using QEngine.Storage;

namespace QEngine.Benchmarks;

/// <summary>Writes what was measured.</summary>
internal static class PlotFile
{
    /// <summary>Writes rows of numbers and names.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="header">The columns' names.</param>
    /// <param name="rows">Columns with commas between.</param>
    internal static void WriteCsv(string folder, string name, string header, IEnumerable<FormattableString> rows) =>
        Write(folder, name, string.Concat(rows.Select(row => row.ToString(CultureInfo.InvariantCulture)).Prepend(header).Select(line => $"{line}\n")));

    /// <summary>A name as a column of a row, in quotes where it has to be.</summary>
    internal static string Field(string name) => name.AsSpan().ContainsAny(",\"\n\r") ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;

    /// <summary>Writes a text, and says where.</summary>
    internal static void Write(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name);
        AtomicFile.WriteText(path, writer => writer.Write(text));
        Console.WriteLine(path);
    }
}
