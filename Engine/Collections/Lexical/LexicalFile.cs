using QEngine.Storage;

namespace QEngine.Collections;

/// <summary><c>lexical.bin</c> of a segment, open: its parts in place, those of later rows behind those of earlier ones.</summary>
internal sealed class LexicalFile : IDisposable
{
    /// <summary>That of a segment without a word, which has no file.</summary>
    public static readonly LexicalFile Empty = new(null, []);

    private readonly MappedArray<byte>? _file;

    private LexicalFile(MappedArray<byte>? file, IReadOnlyList<LexicalPart> parts) => (_file, Parts) = (file, parts);

    /// <summary>The parts.</summary>
    public IReadOnlyList<LexicalPart> Parts { get; }

    /// <summary>Maps the file.</summary>
    /// <param name="file">The file; from now on disposed of with what is returned.</param>
    /// <param name="layouts">Sizes of its parts, one after another.</param>
    /// <exception cref="QEngineException">It cannot be mapped, or is of another length; it stays the caller's.</exception>
    public static LexicalFile Map(RandomAccessFile file, IReadOnlyList<LexicalPartLayout> layouts)
    {
        long length = 0;
        foreach (LexicalPartLayout layout in layouts) length += layout.Length;
        if (length > Array.MaxLength)
            throw new QEngineException($"expected at most {Array.MaxLength} bytes of words in a segment, found {length} in {file.Name}");
        MappedArray<byte> mapped = MappedArray<byte>.Create(file, 0, (int)length);
        List<LexicalPart> parts = [];
        int start = 0, row = 0;
        foreach (LexicalPartLayout layout in layouts)
        {
            parts.Add(new LexicalPart(layout, mapped.Memory.Slice(start, (int)layout.Length), row, file.Name));
            start += (int)layout.Length;
            row += layout.Documents;
        }
        return new LexicalFile(mapped, parts);
    }

    /// <summary>Requires that nobody has cut the file short since it was opened.</summary>
    public void RequireWhole() => _file?.RequireWhole();

    public void Dispose() => ((IDisposable?)_file)?.Dispose();
}
