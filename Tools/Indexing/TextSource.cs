using QEngine.Retrieval;

namespace QEngine.Tools.Indexing;

/// <summary>Texts with ids that can be read more than once.</summary>
/// <param name="Name">What messages call it: the path of the file.</param>
/// <param name="Read">Reads them from the start, until the user interrupts.</param>
internal sealed record TextSource(string Name, Func<IEnumerable<IdText>> Read)
{
    /// <summary>The texts of a file, <see cref="TextFile.Read"/>.</summary>
    public static TextSource Of(string path) => new(path, () => TextFile.Read(path));
}
