using System.Text;
using System.Text.Json;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>A segment opened for reading: its embeddings and codes mapped, its texts read one by one.</summary>
/// <remarks>
/// Safe from many threads. What is mapped is read without a check: nobody searches <see cref="Block"/> once this is disposed.
/// </remarks>
internal sealed class Segment : IDisposable
{
    private readonly SegmentFiles _files;
    private readonly RowState[] _rows;
    private readonly bool _isSound;
    private readonly Lazy<SegmentMetadata> _metadata;

    private Segment(
        SegmentEntry entry, RowState[] rows, EmbeddingBlock block, SegmentFiles files, bool isSound,
        Func<Segment, Lazy<SegmentMetadata>> metadata)
    {
        (Entry, _rows, Block, _files, _isSound) = (entry, rows, block, files, isSound);
        RowSet found = new(rows.Length);
        for (int row = 0; row < rows.Length; row++)
        {
            if (rows[row] == RowState.Whole) found.Add(row);
            else if (!rows[row].HasFlag(RowState.Deleted)) Damaged++;
        }
        Count = found.Count;
        Block = block.Only(Count < rows.Length ? found : null);
        _metadata = metadata(this);
    }

    /// <summary>What the manifest says of it.</summary>
    public SegmentEntry Entry { get; }

    /// <summary>The embeddings of all rows, of which a search finds those that are neither deleted nor damaged.</summary>
    public EmbeddingBlock Block { get; }

    /// <summary>Rows that can be found.</summary>
    public int Count { get; }

    /// <summary>Rows that are damaged and not deleted.</summary>
    public int Damaged { get; }

    /// <summary>Opens a segment and checks its blocks.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="entry">The segment's entry.</param>
    /// <param name="firstIndex">Index of its first row in the collection.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="warnings">Receives a line for every damaged block.</param>
    /// <exception cref="QEngineException">A file is missing or not of this segment.</exception>
    public static Segment Open(
        string folder, CollectionManifest manifest, SegmentEntry entry, int firstIndex, WorkerPool workers, List<string> warnings)
    {
        string path = Path.Combine(folder, entry.Name), texts = Path.Combine(path, SegmentFile.DocumentsName),
            embeddings = Path.Combine(path, SegmentFile.EmbeddingsName);
        SegmentFile file = SegmentFile.Read(path, entry);
        int before = warnings.Count;
        RowState[] rows = new RowState[file.Documents];
        foreach (int row in entry.Deleted) rows[row] = RowState.Deleted;
        // What is checked is what is used: every file is opened once, for another may come to its path.
        RandomAccessFile? textFile = null;
        SegmentIds? ids = null;
        IDisposable? embeddingFile = null;
        MappedArray<byte>? codes = null;
        LexicalFile? lexical = null;
        try
        {
            textFile = RandomAccessFile.Open(texts);
            LineOffsets lines = ReadLines(textFile, file, rows, warnings);
            ids = SegmentIds.Open(path, file.Documents, file.Ids, warnings);
            RandomAccessFile input = RandomAccessFile.Open(embeddings);
            embeddingFile = input;
            BlockDamage damage = new(embeddings, file.Embeddings, BlockChecksums.Compute(input));
            MappedFloats mapped = Map(input, manifest, file, damage);
            embeddingFile = mapped;
            ReadOnlyMemory<float> numbers = damage.IsNone ? mapped.Memory : Usable(mapped, rows, damage, warnings);
            (codes, CodeBlock? codeBlock) = file.Codes?.Open(path, file.Documents, workers, warnings) ?? default;
            lexical = file.Lexical.Open(path, warnings);
            EmbeddingBlock block = BlockOf(manifest, numbers, firstIndex, codeBlock, workers, embeddings);
            SegmentFiles files = new(textFile, lines, ids, mapped, codes, lexical);
            // Where reading them fails, the next one who asks tries again.
            Lazy<SegmentMetadata> Metadata(Segment segment) =>
                new(() => SegmentMetadata.Read(segment, file.HasMetadata), LazyThreadSafetyMode.PublicationOnly);
            return new Segment(entry, rows, block, files, warnings.Count == before, Metadata);
        }
        catch
        {
            SegmentFiles.Close(textFile, ids, embeddingFile, codes, lexical);
            throw;
        }
    }

    /// <summary>Whether a row is not to be found.</summary>
    public bool IsHidden(int row) => _rows[row] != RowState.Whole;

    /// <summary>Whether a row, deleted or not, has a text that can be read.</summary>
    public bool HasText(int row) => !_rows[row].HasFlag(RowState.NoText);

    /// <summary>Whether a row is there, found or damaged, and has an id that can be read.</summary>
    public bool HasId(int row) => (_rows[row] & (RowState.Deleted | (_files.Ids is null ? RowState.NoText : 0))) == 0;

    /// <summary>The id of a row that <see cref="HasId"/>.</summary>
    /// <exception cref="QEngineException">It cannot be read.</exception>
    public string Id(int row) => _files.Ids is { } ids ? ids[row] : Document(row).Id;

    /// <summary>The row of an id, deleted or not, or -1.</summary>
    /// <exception cref="QEngineException">The ids cannot be read.</exception>
    public int Find(string id)
    {
        if (_files.Ids is { } ids) return ids.Find(id);
        for (int row = 0; row < _rows.Length; row++)
            if (HasId(row) && Document(row).Id == id) return row;
        return -1;
    }

    /// <summary>Id and text of a row whose text is whole.</summary>
    /// <exception cref="QEngineException">The line is malformed.</exception>
    public Document Document(int row)
    {
        if (!_files.Lines.TryLine(row, out long start, out int length))
            throw new QEngineException($"expected row {row} of {_files.Texts.Name}, found a damaged block");
        byte[] line = new byte[length];
        _files.Texts.Read(start, line);
        try
        {
            return DocumentReader.Read(line);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new QEngineException(
                $"expected a document with _id and text, found something else in row {row} of {_files.Texts.Name}", failure);
        }
    }

    /// <summary>Embedding of a row, as it is stored.</summary>
    public ReadOnlySpan<float> Embedding(int row) => Block.Rows.Span.Slice(row * Block.Dimension, Block.Dimension);

    /// <summary>Its inverted index; null where that is damaged.</summary>
    public IReadOnlyList<LexicalPart>? Lexical => _files.Lexical?.Parts;

    /// <summary>The rows' metadata, read when it is first asked for.</summary>
    /// <exception cref="QEngineException">A document cannot be read.</exception>
    public SegmentMetadata Metadata => _metadata.Value;

    /// <summary>
    /// The same segment where the manifest lists it with other rows deleted, on the files that are open; null where it is another, or a
    /// block is damaged, of which whoever opens it is to be told.
    /// </summary>
    /// <param name="entry">What the manifest says of it now.</param>
    /// <param name="firstIndex">Index of its first row in the collection.</param>
    public Segment? With(SegmentEntry entry, int firstIndex)
    {
        bool isSame = (entry.Number, entry.Documents, entry.Checksum) == (Entry.Number, Entry.Documents, Entry.Checksum);
        if (!isSame || !_isSound) return null;
        RowState[] rows = new RowState[entry.Documents];
        foreach (int row in entry.Deleted) rows[row] = RowState.Deleted;
        return new Segment(entry, rows, Block.At(firstIndex), _files.Share(), isSound: true, _ => _metadata);
    }

    /// <summary>The same segment at another place of a collection, on the files that are open.</summary>
    /// <param name="firstIndex">Index of its first row in the collection.</param>
    public Segment At(int firstIndex) => new(Entry, _rows, Block.At(firstIndex), _files.Share(), _isSound, _ => _metadata);

    /// <summary>
    /// The ids of the rows that can be found, as UTF-8, ascending by their bytes; each is valid until this is disposed of.
    /// </summary>
    /// <exception cref="QEngineException">They cannot be read.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> SortedIds()
    {
        if (_files.Ids is { } ids)
        {
            for (int place = 0; place < ids.Count; place++)
                if (ids.RowAt(place) is var row && !IsHidden(row)) yield return ids.Utf8(row);
            yield break;
        }
        List<byte[]> read = [];
        for (int row = 0; row < _rows.Length; row++)
            if (!IsHidden(row)) read.Add(Encoding.UTF8.GetBytes(Document(row).Id));
        read.Sort((left, right) => left.AsSpan().SequenceCompareTo(right));
        foreach (byte[] id in read) yield return id;
    }

    /// <summary>Requires that nobody has cut a mapped file short, before it is searched.</summary>
    /// <exception cref="QEngineException">One has another length than when it was opened.</exception>
    public void RequireWhole() => _files.RequireWhole();

    public void Dispose() => _files.Dispose();

    private static EmbeddingBlock BlockOf(
        CollectionManifest manifest, ReadOnlyMemory<float> rows, int firstIndex, CodeBlock? codes, WorkerPool workers, string path)
    {
        try
        {
            return codes is null
                ? new EmbeddingBlock(manifest.Similarity, manifest.Dimension, rows, firstIndex, workers)
                : new EmbeddingBlock(manifest.Similarity, manifest.Dimension, rows, firstIndex, codes);
        }
        catch (QEngineException malformed)
        {
            throw new QEngineException($"{malformed.Message}: {FileErrors.Name(path)}", malformed);
        }
    }

    /// <summary>Finds the lines of the texts, and marks rows whose line is not whole.</summary>
    private static LineOffsets ReadLines(RandomAccessFile texts, SegmentFile file, RowState[] rows, List<string> warnings)
    {
        LineOffsets lines = new(file);
        BlockDamage damage = new(texts.Path, file.Texts, BlockChecksums.Compute(texts, (block, crc) => lines.Take(block.Span, crc)));
        if (damage.IsNone) return lines;
        for (int row = 0; row < rows.Length; row++)
        {
            // The newline is part of a line: where it is damaged, the line may go on.
            bool isWhole = lines.TryLine(row, out long start, out int length) && !damage.Hides(start, length + 1L);
            if (!isWhole) rows[row] |= RowState.NoText;
        }
        damage.Report(rows, RowState.NoText, warnings);
        return lines;
    }

    private static MappedFloats Map(RandomAccessFile input, CollectionManifest manifest, SegmentFile file, BlockDamage damage)
    {
        // Of a header in a damaged block nothing is believed; what it said is known.
        if (damage.Hides(0, 1)) return MappedFloats.Create(input, file.Documents, manifest.Dimension);
        MappedFloats mapped = MappedFloats.Create(input);
        if (mapped.Rows == file.Documents && mapped.Columns == manifest.Dimension) return mapped;
        mapped.Dispose();
        throw new QEngineException(
            $"expected {file.Documents} embeddings of {manifest.Dimension} numbers, "
            + $"found {mapped.Rows} of {mapped.Columns} in {input.Name}");
    }

    /// <summary>A copy of rows of which some are damaged, in which these are zeros.</summary>
    private static float[] Usable(MappedFloats mapped, RowState[] rows, BlockDamage damage, List<string> warnings)
    {
        int columns = mapped.Columns;
        long rowBytes = (long)columns * sizeof(float);
        float[] numbers = mapped.Memory.ToArray();
        for (int row = 0; row < rows.Length; row++)
        {
            if (!damage.Hides(mapped.Offset + (row * rowBytes), rowBytes)) continue;
            rows[row] |= RowState.NoEmbedding;
            numbers.AsSpan(row * columns, columns).Clear();
        }
        damage.Report(rows, RowState.NoEmbedding, warnings);
        return numbers;
    }
}
