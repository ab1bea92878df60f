using QEngine.Collections;
using QEngine.Retrieval;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Indexing;

/// <summary>Texts with ids that can be read more than once.</summary>
/// <param name="Name">What messages call it: the path of the file.</param>
/// <param name="Read">Reads them from the start, until the user interrupts.</param>
internal sealed record TextSource(string Name, Func<IEnumerable<IdText>> Read)
{
    /// <summary>Reads them as documents, with the metadata that stands beside them; what that cannot hold is counted.</summary>
    public Func<LeftOutMembers, IEnumerable<Document>> Documents { get; init; } =
        _ => Read().Select(text => new Document(text.Id, text.Text));

    /// <summary>The texts of a file: as its name says, else as its first line says.</summary>
    /// <param name="path">The file.</param>
    public static TextSource From(string path) => Of(path, path, () => IdTextFile.FormatOf(path) ?? IdTextFile.Detect(path));

    /// <summary>
    /// The texts of a file of the command line: as its name says; else as the user says; else as its first line says, which is then told.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="format">What the user says, or null.</param>
    public static TextSource From(InputFile file, IdTextFormat? format)
    {
        Lazy<IdTextFormat> known = new(() => IdTextFile.FormatOf(file.File) ?? format ?? Detect(file));
        return Of(file.Name, file.ReadablePath, () => known.Value);
    }

    /// <summary>Counts the texts and checks every row.</summary>
    /// <exception cref="QEngineException">A row is malformed, or there is none.</exception>
    public long Count() => Read().LongCount();

    private static TextSource Of(string name, string path, Func<IdTextFormat> format) => new(name, () => TextFile.Read(path, format()))
    {
        Documents = leftOut => TextFile.Documents(path, format(), leftOut),
    };

    private static IdTextFormat Detect(InputFile file)
    {
        IdTextFormat found = IdTextFile.Detect(file.ReadablePath);
        StandardError.Line($"{file.Name}: read as {TextFormatOption.NameOf(found)}, as its first line looks; --format says otherwise");
        return found;
    }
}
