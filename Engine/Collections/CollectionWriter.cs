using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Collections;

/// <summary>Changes an index folder: appends, deletes, merges. One at a time; readers go on with what they opened.</summary>
/// <remarks>
/// Every change is one replacement of the manifest: killed before it, nothing has changed; what was left over is deleted by the next
/// writer. Calls from several threads wait for each other, and so does <see cref="Dispose"/>. Damaged documents stay where they are until
/// somebody deletes or replaces them by their ids, or merges with the order to drop them.
/// </remarks>
internal sealed class CollectionWriter : IDisposable
{
    // The manifest lists them all.
    private const int MaxDeleted = 1 << 25;

    private readonly string _folder;
    private readonly WriterLock _lock;
    private readonly Lock _change = new();
    private bool _isClosed;

    private CollectionWriter(string folder, WriterLock writerLock, CollectionManifest manifest) =>
        (_folder, _lock, Manifest) = (folder, writerLock, manifest);

    /// <summary>What the collection holds now.</summary>
    public CollectionManifest Manifest { get; private set; }

    /// <summary>A line for every damaged block that the last change met, as <see cref="Collection.Warnings"/>.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>Called before the manifest is replaced; a test throws here to be the killed process.</summary>
    internal Action? BeforeCommit { get; set; }

    /// <summary>Starts an empty collection in an existing folder that has none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dimension">k, numbers an embedding, at least 1.</param>
    /// <param name="similarity">How embeddings are compared.</param>
    /// <param name="model">The paper's name of the model; empty where the embeddings come without one.</param>
    /// <param name="codes">Bits a number that embeddings are kept in too, for speed, or null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number or name is none of those.</exception>
    /// <exception cref="QEngineException">
    /// There is a collection or a part of one, another process is writing, or the folder is missing or may not be written.
    /// </exception>
    public static CollectionWriter Create(string folder, int dimension, Similarity similarity, string model, CodeBits? codes) =>
        Create(folder, dimension, similarity, model, codes, null, null);

    /// <summary>
    /// The same with <see cref="CollectionManifest.Fingerprint"/> and with what else is written, before the manifest and under the lock.
    /// </summary>
    internal static CollectionWriter Create(
        string folder, int dimension, Similarity similarity, string model, CodeBits? codes, string? fingerprint, Action? write)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (codes is { } bits && !Enum.IsDefined(bits))
            throw new ArgumentOutOfRangeException(nameof(codes), $"expected 1, 4 or 8 bits, found {(int)bits}");
        _ = CollectionManifest.NameOf(similarity);
        CollectionManifest manifest = new(dimension, similarity, model, codes, 1, []) { Fingerprint = fingerprint };
        return Locked(folder, () =>
        {
            SegmentFolders.RequireNone(folder);
            write?.Invoke();
            manifest.Write(folder);
            return manifest;
        });
    }

    /// <summary>Opens a collection for writing.</summary>
    /// <param name="folder">Its folder.</param>
    /// <exception cref="QEngineException">Another process is writing, or the manifest is missing or malformed.</exception>
    public static CollectionWriter Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        // Before the lock, so that no file is put where there is no collection; and again, for it may change until the lock is ours.
        _ = CollectionManifest.Read(folder);
        return Locked(folder, () => CollectionManifest.Read(folder));
    }

    /// <summary>Appends a segment; where there are many young ones then, one is made of them, unless documents are damaged.</summary>
    /// <param name="write">Adds the documents.</param>
    /// <param name="replace">
    /// Whether documents of the same ids that are there already, damaged ones too, are deleted; otherwise they are an error.
    /// </param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>Documents appended.</returns>
    /// <exception cref="QEngineException">An id is there already or twice, or the disk is full; nothing has changed.</exception>
    /// <exception cref="ObjectDisposedException">The writer is closed; nothing has changed.</exception>
    public int Append(Action<SegmentWriter> write, bool replace, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(workers);
        return Change(() =>
        {
            SegmentEntry entry = NewSegment(Manifest, write, workers);
            try
            {
                IReadOnlyList<SegmentEntry> older = Without(SegmentRows.Ids(_folder, entry), workers, out List<string> met);
                string more = met.Count > 1 ? $" and {met.Count - 1} more" : "";
                if (met.Count > 0 && !replace)
                    throw new QEngineException($"expected ids that the index does not have, found '{met[0]}'{more}");
                Commit(Manifest with { NextSegment = entry.Number + 1, Segments = [.. older, entry] });
            }
            catch (QEngineException)
            {
                SegmentFolders.Sweep(_folder, Manifest);
                throw;
            }
            MergeYoungest(workers);
            return entry.Documents;
        });
    }

    /// <summary>Deletes documents, damaged ones too where their ids can be read.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>Those that were there.</returns>
    /// <exception cref="QEngineException">More than a million documents would be deleted but still stored; nothing has changed.</exception>
    /// <exception cref="ObjectDisposedException">The writer is closed; nothing has changed.</exception>
    public IReadOnlyList<string> Delete(IReadOnlySet<string> ids, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(workers);
        return Change(() =>
        {
            IReadOnlyList<SegmentEntry> segments = Without(ids, workers, out List<string> met);
            if (met.Count > 0) Commit(Manifest with { Segments = segments });
            return met;
        });
    }

    /// <summary>Merges all segments into one without deleted documents.</summary>
    /// <param name="codes">Bits a number of its codes and of those of segments to come, or null for none.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="dropDamaged">
    /// Whether documents in damaged blocks, which cannot be copied, are dropped for good; otherwise they are an error.
    /// </param>
    /// <param name="cancellationToken">Stops the work; nothing has changed then.</param>
    /// <returns>Damaged documents dropped.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are no codes of so many bits.</exception>
    /// <exception cref="QEngineException">
    /// Documents are damaged and not to be dropped, nothing would be left, or the disk is full; nothing has changed.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The writer is closed; nothing has changed.</exception>
    public long Compact(CodeBits? codes, WorkerPool workers, bool dropDamaged = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(workers);
        if (codes is { } bits && !Enum.IsDefined(bits))
            throw new ArgumentOutOfRangeException(nameof(codes), $"expected 1, 4 or 8 bits, found {(int)bits}");
        return Change(() =>
        {
            SegmentEntry merged;
            long dropped;
            CollectionManifest manifest = Manifest with { Codes = codes };
            using (Collection collection = Collection.Open(_folder, workers))
            {
                (Warnings, dropped) = (collection.Warnings, collection.Damaged);
                if (dropped > 0 && !dropDamaged)
                    throw new QEngineException(
                        $"expected sound documents to merge, "
                        + $"found {dropped} of {Manifest.Count} in damaged blocks of {FileErrors.Name(_folder)}");
                if (collection.Count == 0)
                    throw new QEngineException($"expected documents to keep, found none in {FileErrors.Name(_folder)}");
                merged = NewSegment(manifest, writer => SegmentCopy.Add(collection, writer, cancellationToken), workers);
            }
            Commit(manifest with { NextSegment = merged.Number + 1, Segments = [merged] });
            SegmentFolders.Sweep(_folder, Manifest);
            return dropped;
        });
    }

    /// <summary>Ends the writer, after a change that another thread has begun.</summary>
    public void Dispose()
    {
        lock (_change)
        {
            _isClosed = true;
            _lock.Dispose();
        }
    }

    private static CollectionWriter Locked(string folder, Func<CollectionManifest> manifest)
    {
        WriterLock taken = WriterLock.Take(folder);
        try
        {
            CollectionWriter writer = new(folder, taken, manifest());
            SegmentFolders.Sweep(folder, writer.Manifest);
            return writer;
        }
        catch (Exception failure)
        {
            taken.Dispose();
            if (FileErrors.IsFileFailure(failure)) throw FileErrors.WritingFolder(folder, failure);
            throw;
        }
    }

    private T Change<T>(Func<T> change)
    {
        if (_change.IsHeldByCurrentThread)
            throw new InvalidOperationException("expected a change after the one that is under way, found one within it");
        lock (_change)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return change();
        }
    }

    private void Commit(CollectionManifest manifest)
    {
        BeforeCommit?.Invoke();
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (CollectionManifest.Read(_folder) != Manifest)
            throw new QEngineException(
                $"expected an index that nobody else changes, "
                + $"found another {CollectionManifest.FileName} than it was written with: {FileErrors.Name(_folder)}");
        manifest.Write(_folder);
        Manifest = manifest;
    }

    private SegmentEntry NewSegment(CollectionManifest manifest, Action<SegmentWriter> write, WorkerPool workers)
    {
        int count = 0;
        SegmentEntry entry = new(manifest.NextSegment, 0, [], 0);
        string folder = Path.Combine(_folder, entry.Name);
        AtomicFolder.Write(folder, SegmentFile.Names.Contains, target =>
        {
            using SegmentWriter writer = new(target, manifest);
            write(writer);
            writer.Complete(workers);
            count = writer.Count;
        });
        return entry with { Documents = count, Checksum = SegmentFile.ChecksumOf(folder) };
    }

    /// <summary>Merges the youngest segments where there are many; what was appended before is there either way.</summary>
    private void MergeYoungest(WorkerPool workers)
    {
        int count = SegmentMerges.Choose(Manifest.Segments, SegmentWriter.MaxDocuments(Manifest.Dimension));
        if (count == 0) return;
        int kept = Manifest.Segments.Count - count;
        List<SegmentEntry> older = [], young = [];
        for (int i = 0; i < Manifest.Segments.Count; i++) (i < kept ? older : young).Add(Manifest.Segments[i]);
        try
        {
            SegmentEntry merged;
            using (Collection collection = CollectionOpening.Open(_folder, Manifest with { Segments = young }, workers, null))
            {
                // Damaged documents stay where they are until somebody decides.
                if (collection.Damaged > 0) return;
                merged = NewSegment(Manifest, writer => SegmentCopy.Add(collection, writer, CancellationToken.None), workers);
            }
            Commit(Manifest with { NextSegment = merged.Number + 1, Segments = [.. older, merged] });
        }
        catch (QEngineException)
        {
            // The disk is full, or a file cannot be read: the segments stay as they are.
        }
        SegmentFolders.Sweep(_folder, Manifest);
    }

    /// <summary>The segments with documents of some ids deleted, and which of them there were.</summary>
    private List<SegmentEntry> Without(IReadOnlyCollection<string> ids, WorkerPool workers, out List<string> met)
    {
        met = [];
        List<SegmentEntry> entries = [];
        List<string> warnings = [];
        long total = 0;
        foreach (SegmentEntry entry in Manifest.Segments)
        {
            List<int> deleted = [.. entry.Deleted];
            foreach ((int row, string id) in SegmentRows.Find(_folder, Manifest, entry, ids, workers, warnings))
            {
                deleted.Add(row);
                met.Add(id);
            }
            deleted.Sort();
            // Of a segment without documents nothing is kept; damaged ones that are not deleted are documents.
            if (deleted.Count == entry.Documents) continue;
            total += deleted.Count;
            entries.Add(entry with { Deleted = deleted });
        }
        Warnings = warnings;
        if (total > MaxDeleted)
            throw new QEngineException($"expected at most {MaxDeleted} deleted documents, found {total}: compact the index first");
        return entries;
    }
}
