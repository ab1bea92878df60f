using System.Text.Json;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>A segment opened for reading: its embeddings and codes mapped, its texts read one by one.</summary>
internal sealed class Segment : IDisposable
{
    private readonly InputFile _texts;
    private readonly LineOffsets _lines;
    private readonly List<IDisposable> _files;
    private readonly bool[] _hidden;

    private Segment(SegmentEntry entry, InputFile texts, LineOffsets lines, List<IDisposable> files, bool[] hidden, EmbeddingBlock block) =>
        (Entry, _texts, _lines, _files, _hidden, Block) = (entry, texts, lines, files, hidden, block);

    /// <summary>What the manifest says of it.</summary>
    public SegmentEntry Entry { get; }

    /// <summary>The embeddings of all rows; those of hidden ones may be zeros.</summary>
    public EmbeddingBlock Block { get; }

    /// <summary>Rows that are deleted or damaged.</summary>
    public int Hidden { get; private init; }

    /// <summary>Opens a segment and checks its blocks.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="entry">The segment's entry.</param>
    /// <param name="firstIndex">Index of its first row in the collection.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="warnings">Receives a line for every damaged block.</param>
    /// <exception cref="QEngineException">A file is missing or not of this segment.</exception>
    public static Segment Open(string folder, CollectionManifest manifest, SegmentEntry entry, int firstIndex, WorkerPool workers, List<string> warnings)
    {
        string path = Path.Combine(folder, entry.Name), texts = Path.Combine(path, SegmentFile.DocumentsName), embeddings = Path.Combine(path, SegmentFile.EmbeddingsName);
        SegmentFile file = SegmentFile.Read(path, entry);
        bool[] hidden = new bool[file.Documents];
        foreach (int row in entry.Deleted) hidden[row] = true;

        LineOffsets lines = new(file);
        BlockChecksums found = BlockChecksums.Of(texts, (block, crc) => lines.Take(block.Span, crc));
        Hide(hidden, lines, file.Texts.Damaged(found), texts, warnings);
        List<IDisposable> files = [];
        try
        {
            MappedFloats mapped = MappedFloats.Open(embeddings);
            files.Add(mapped);
            if (mapped.Rows != file.Documents || mapped.Columns != manifest.Dimension)
                throw new QEngineException($"expected {file.Documents} embeddings of {manifest.Dimension} numbers, found {mapped.Rows} of {mapped.Columns} in {FileErrors.Name(embeddings)}");
            ReadOnlyMemory<float> rows = Usable(mapped, hidden, file.Embeddings.Damaged(BlockChecksums.Of(embeddings)), embeddings, warnings);
            CodeBlock? codes = null;
            if (file.Codes?.Open(path, file.Documents, workers, warnings) is { } opened)
            {
                files.Add(opened.File);
                codes = opened.Block;
            }
            EmbeddingBlock block = BlockOf(manifest, rows, firstIndex, codes, workers, embeddings);
            InputFile input = InputFile.Open(texts);
            files.Add(input);
            return new Segment(entry, input, lines, files, hidden, block) { Hidden = hidden.AsSpan().Count(true) };
        }
        catch
        {
            Close(files);
            throw;
        }
    }

    /// <summary>Whether a row is not to be found.</summary>
    public bool IsHidden(int row) => _hidden[row];

    /// <summary>Id and text of a row that is not hidden.</summary>
    /// <exception cref="QEngineException">The line is malformed.</exception>
    public IdText Document(int row)
    {
        if (!_lines.TryLine(row, out long start, out int length)) throw new QEngineException($"expected row {row} of {_texts.Name}, found a damaged block");
        byte[] line = new byte[length];
        _texts.Read(start, line);
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return new IdText(document.RootElement.GetProperty("_id"u8).GetString()!, document.RootElement.GetProperty("text"u8).GetString()!);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new QEngineException($"expected a document with _id and text, found something else in row {row} of {_texts.Name}", failure);
        }
    }

    /// <summary>Embedding of a row, as it is stored.</summary>
    public ReadOnlySpan<float> Embedding(int row) => Block.Rows.Span.Slice(row * Block.Dimension, Block.Dimension);

    public void Dispose() => Close(_files);

    private static void Close(List<IDisposable> files)
    {
        foreach (IDisposable file in files) file.Dispose();
    }

    private static EmbeddingBlock BlockOf(CollectionManifest manifest, ReadOnlyMemory<float> rows, int firstIndex, CodeBlock? codes, WorkerPool workers, string path)
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

    private static void Hide(bool[] hidden, LineOffsets lines, IReadOnlyList<int> damaged, string path, List<string> warnings)
    {
        if (damaged.Count == 0) return;
        int count = 0;
        for (int row = 0; row < hidden.Length; row++)
        {
            bool whole = lines.TryLine(row, out long start, out int length);
            foreach (int block in damaged) whole &= start + length < (long)block * BlockChecksums.BlockBytes || start >= (block + 1L) * BlockChecksums.BlockBytes;
            if (whole) continue;
            hidden[row] = true;
            count++;
        }
        foreach (int block in damaged) warnings.Add(BlockChecksums.Damage(block, path));
        warnings.Add($"{count} documents of {FileErrors.Name(path)} are left out");
    }

    /// <summary>The mapped rows, or a copy in which damaged ones are zeros.</summary>
    private static ReadOnlyMemory<float> Usable(MappedFloats mapped, bool[] hidden, IReadOnlyList<int> damaged, string path, List<string> warnings)
    {
        if (damaged.Count == 0) return mapped.Memory;
        float[] rows = mapped.Memory.ToArray();
        HashSet<int> lost = [];
        long rowBytes = mapped.Columns * sizeof(float), header = new FileInfo(path).Length - (mapped.Rows * rowBytes);
        foreach (int block in damaged)
        {
            long from = Math.Max(0, ((long)block * BlockChecksums.BlockBytes) - header), to = ((block + 1L) * BlockChecksums.BlockBytes) - header;
            for (long row = from / rowBytes; row < Math.Min(mapped.Rows, (to + rowBytes - 1) / rowBytes); row++) lost.Add((int)row);
            warnings.Add(BlockChecksums.Damage(block, path));
        }
        foreach (int row in lost)
        {
            hidden[row] = true;
            rows.AsSpan(row * mapped.Columns, mapped.Columns).Clear();
        }
        warnings.Add($"{lost.Count} documents of {FileErrors.Name(path)} are left out");
        return rows;
    }
}
