using QEngine.Storage;

namespace QEngine.Tools.Sharding;

/// <summary>A file of ids, one a line, as <c>--ids</c> of other commands reads them.</summary>
internal sealed class IdLines
{
    private readonly TextWriter _writer;

    private IdLines(TextWriter writer) => _writer = writer;

    /// <summary>Writes a file, which appears as a whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Adds the ids.</param>
    /// <exception cref="QEngineException">An id fits no line, or the file cannot be written.</exception>
    public static void Write(string path, Action<IdLines> write) => AtomicFile.WriteText(path, writer => write(new IdLines(writer)));

    /// <summary>Adds an id.</summary>
    /// <exception cref="QEngineException">It fits no line.</exception>
    public void Add(string id)
    {
        if (id.AsSpan().IndexOfAny('\r', '\n') >= 0)
            throw new QEngineException($"expected ids that fit a line each, found {Printable.Quote(id)}");
        _writer.Write(id);
        _writer.Write('\n');
    }

    /// <summary>Adds the ids of such a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">How many it is to have.</param>
    /// <exception cref="QEngineException">It has more or fewer, or cannot be read.</exception>
    public void AddAll(string path, long count)
    {
        long read = 0;
        using Utf8Lines lines = Utf8Lines.Open(path);
        for (; lines.MoveNext(); read++) Add(lines.Text);
        if (read != count) throw new QEngineException($"expected {count} ids, found {read} in {path}");
    }
}
