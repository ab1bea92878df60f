using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>Changes an index folder: appends, deletes, merges. One at a time; readers go on with what they opened.</summary>
/// <remarks>Every change is one replacement of the manifest: killed before it, nothing has changed; what was left over is deleted by the next writer.</remarks>
public sealed class CollectionWriter : IDisposable
{
    private const string LockName = "writer.lock";
    private const int CompactRows = 4096;

    // Every search asks for as many hits more, and the manifest lists them all.
    private const int MostDeleted = 1_000_000;

    private static readonly HashSet<string> SegmentNames = new(StringComparer.Ordinal) { SegmentFile.FileName, SegmentFile.EmbeddingsName, SegmentFile.DocumentsName, SegmentCodes.FileName };

    private readonly string _folder;
    private readonly FileStream _lock;

    private CollectionWriter(string folder, FileStream writerLock, CollectionManifest manifest) => (_folder, _lock, Manifest) = (folder, writerLock, manifest);

    /// <summary>What the collection holds now.</summary>
    public CollectionManifest Manifest { get; private set; }

    /// <summary>Called before the manifest is replaced; a test throws here to be the killed process.</summary>
    internal Action? BeforeCommit { get; set; }

    /// <summary>Whether a file or folder of that name belongs to a collection; a folder with any other is not replaced by one.</summary>
    /// <param name="name">The name.</param>
    public static bool IsKnown(string name) =>
        name is CollectionManifest.FileName or LockName || SegmentNames.Contains(name) || name.StartsWith(SegmentEntry.Prefix, StringComparison.Ordinal);

    /// <summary>Starts an empty collection in an existing folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dimension">k, numbers an embedding.</param>
    /// <param name="similarity">How embeddings are compared.</param>
    /// <param name="model">The paper's name of the model.</param>
    /// <param name="codes">Bits a number that embeddings are kept in too, for speed, or null for none.</param>
    public static CollectionWriter Create(string folder, int dimension, Similarity similarity, string model, CodeBits? codes)
    {
        new CollectionManifest(dimension, similarity, model, codes, 1, []).Write(folder);
        return Open(folder);
    }

    /// <summary>Opens a collection for writing.</summary>
    /// <param name="folder">Its folder.</param>
    /// <exception cref="QEngineException">Another process is writing, or the manifest is missing or malformed.</exception>
    public static CollectionWriter Open(string folder)
    {
        CollectionManifest manifest = CollectionManifest.Read(folder);
        FileStream writerLock;
        try
        {
            // The file stays: were it deleted, a second and a third writer could each hold a lock of that name, on the old file and on a new one.
            writerLock = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new QEngineException($"expected an index that nobody else is writing and that may be written, found it locked or protected: {FileErrors.Name(folder)}", failure);
        }
        // Read again: the manifest may have changed before the lock was ours.
        manifest = CollectionManifest.Read(folder);
        CollectionWriter writer = new(folder, writerLock, manifest);
        writer.Sweep();
        return writer;
    }

    /// <summary>Appends a segment.</summary>
    /// <param name="write">Adds the documents.</param>
    /// <param name="replace">Whether documents of the same ids that are there already are deleted; otherwise they are an error.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>Documents appended.</returns>
    /// <exception cref="QEngineException">An id is there already or twice, or the disk is full; nothing has changed.</exception>
    public int Append(Action<SegmentWriter> write, bool replace, WorkerPool workers)
    {
        SegmentEntry entry = NewSegment(Manifest, write, workers);
        try
        {
            HashSet<string> ids = NewIds(entry);
            IReadOnlyList<SegmentEntry> older = Without(ids, workers, out List<string> met);
            if (met.Count > 0 && !replace) throw new QEngineException($"expected ids that the index does not have, found '{met[0]}'{(met.Count > 1 ? $" and {met.Count - 1} more" : "")}");
            Commit(Manifest with { NextSegment = entry.Number + 1, Segments = [.. older, entry] });
        }
        catch (QEngineException)
        {
            Sweep();
            throw;
        }
        return entry.Documents;
    }

    /// <summary>Deletes documents.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>Those that were there.</returns>
    /// <exception cref="QEngineException">More than a million documents would be deleted but still stored; nothing has changed.</exception>
    public IReadOnlyList<string> Delete(IReadOnlySet<string> ids, WorkerPool workers)
    {
        IReadOnlyList<SegmentEntry> segments = Without(ids, workers, out List<string> met);
        if (met.Count > 0) Commit(Manifest with { Segments = segments });
        return met;
    }

    /// <summary>Merges all segments into one without deleted documents; of damaged blocks, what can still be read.</summary>
    /// <param name="codes">Bits a number of its codes and of those of segments to come, or null for none.</param>
    /// <param name="workers">The threads to use.</param>
    /// <exception cref="QEngineException">Nothing would be left, or the disk is full; nothing has changed.</exception>
    public void Compact(CodeBits? codes, WorkerPool workers)
    {
        SegmentEntry merged;
        CollectionManifest manifest = Manifest with { Codes = codes };
        using (Collection collection = Collection.Open(_folder, workers))
        {
            if (collection.Count == 0) throw new QEngineException($"expected documents to keep, found none in {FileErrors.Name(_folder)}");
            merged = NewSegment(manifest, writer => Copy(collection, writer), workers);
        }
        Commit(manifest with { NextSegment = merged.Number + 1, Segments = [merged] });
        Sweep();
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private void Commit(CollectionManifest manifest)
    {
        BeforeCommit?.Invoke();
        manifest.Write(_folder);
        Manifest = manifest;
    }

    private SegmentEntry NewSegment(CollectionManifest manifest, Action<SegmentWriter> write, WorkerPool workers)
    {
        int count = 0;
        SegmentEntry entry = new(manifest.NextSegment, 0, [], 0);
        string folder = Path.Combine(_folder, entry.Name);
        AtomicFolder.Write(folder, SegmentNames.Contains, target =>
        {
            using SegmentWriter writer = new(target, manifest);
            write(writer);
            writer.Complete(workers);
            count = writer.Count;
        });
        return entry with { Documents = count, Checksum = SegmentFile.ChecksumOf(folder) };
    }

    private HashSet<string> NewIds(SegmentEntry entry)
    {
        HashSet<string> ids = new(entry.Documents, StringComparer.Ordinal);
        foreach (IdText document in IdTextFile.Read(Path.Combine(_folder, entry.Name, SegmentFile.DocumentsName)))
            if (!ids.Add(document.Id)) throw new QEngineException($"expected each id once, found '{document.Id}' twice");
        return ids;
    }

    /// <summary>The segments with documents of some ids deleted, and which of them there were.</summary>
    private List<SegmentEntry> Without(IReadOnlySet<string> ids, WorkerPool workers, out List<string> met)
    {
        met = [];
        List<SegmentEntry> entries = [];
        long total = 0;
        using Collection collection = Collection.Open(_folder, workers);
        foreach (Segment segment in collection.Segments)
        {
            List<int> deleted = [.. segment.Entry.Deleted];
            for (int row = 0; row < segment.Block.Count; row++)
            {
                if (segment.IsHidden(row) || segment.Document(row).Id is not { } id || !ids.Contains(id)) continue;
                deleted.Add(row);
                met.Add(id);
            }
            deleted.Sort();
            total += deleted.Count < segment.Block.Count ? deleted.Count : 0;
            // Of a segment without documents nothing is kept.
            if (deleted.Count < segment.Block.Count) entries.Add(segment.Entry with { Deleted = deleted });
        }
        if (total > MostDeleted) throw new QEngineException($"expected at most {MostDeleted} deleted documents, found {total}: compact the index first");
        return entries;
    }

    private static void Copy(Collection collection, SegmentWriter writer)
    {
        List<IdText> documents = [];
        List<float> embeddings = [];
        foreach (Segment segment in collection.Segments)
        {
            for (int row = 0; row < segment.Block.Count; row++)
            {
                if (segment.IsHidden(row)) continue;
                documents.Add(segment.Document(row));
                embeddings.AddRange(segment.Embedding(row));
                if (documents.Count == CompactRows) Flush();
            }
        }
        Flush();

        void Flush()
        {
            writer.Add(documents, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(embeddings));
            documents.Clear();
            embeddings.Clear();
        }
    }

    /// <summary>Deletes segments that the manifest does not list: a killed writer's, and merged ones.</summary>
    private void Sweep()
    {
        HashSet<string> listed = new(StringComparer.Ordinal);
        foreach (SegmentEntry segment in Manifest.Segments) listed.Add(segment.Name);
        try
        {
            foreach (string path in Directory.EnumerateDirectories(_folder, $"{SegmentEntry.Prefix}*"))
                if (!listed.Contains(Path.GetFileName(path))) Directory.Delete(path, recursive: true);
        }
        catch (Exception failure) when (FileErrors.IsFileFailure(failure))
        {
            // A reader on Windows has them open: the next writer deletes them.
        }
    }
}
