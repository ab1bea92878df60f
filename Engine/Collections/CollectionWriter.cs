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
    private readonly string _folder;
    private readonly WriterLock _lock;
    private readonly Lock _change = new();
    private bool _isClosed;

    private CollectionWriter(string folder, WriterLock writerLock, CollectionManifest manifest) =>
        (_folder, _lock, Manifest, Limits) = (folder, writerLock, manifest, SegmentLimits.For(manifest.Dimension));

    /// <summary>What the collection holds now.</summary>
    public CollectionManifest Manifest { get; private set; }

    /// <summary>A line for every damaged block that the last change met, as <see cref="Collection.Warnings"/>.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>Called before the manifest is replaced; a test throws here to be the killed process.</summary>
    internal Action? BeforeCommit { get; set; }

    /// <summary>What a segment holds; a test makes it little.</summary>
    internal SegmentLimits Limits { get; set; }

    /// <summary>Starts an empty collection in an existing folder that has none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dimension">k, numbers an embedding, at least 1.</param>
    /// <param name="similarity">How embeddings are compared.</param>
    /// <param name="model">The paper's name of the model; empty where the embeddings come without one.</param>
    /// <param name="codes">Bits a number that embeddings are kept in too, for speed, or null for none, as states always have.</param>
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
        if (!similarity.Takes(dimension))
            throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "expected two numbers an amplitude, an even dimension");
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

    /// <summary>
    /// Appends documents, as one segment or as many as they take; where there are many young ones then, they are merged, unless documents
    /// are damaged.
    /// </summary>
    /// <param name="write">Adds the documents.</param>
    /// <param name="replace">
    /// Whether documents of the same ids that are there already, damaged ones too, are deleted; otherwise they are an error.
    /// </param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="cancellationToken">
    /// Stops the work; nothing has changed then. Where the documents are appended already, it stops the merging alone.
    /// </param>
    /// <returns>Documents appended.</returns>
    /// <exception cref="QEngineException">An id is there already or twice, or the disk is full; nothing has changed.</exception>
    /// <exception cref="ObjectDisposedException">The writer is closed; nothing has changed.</exception>
    public int Append(Action<NewSegments> write, bool replace, WorkerPool workers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(workers);
        return Change(() =>
        {
            using NewSegments added = new(_folder, Manifest, Limits, workers, cancellationToken);
            write(added);
            Commit(WithAppended(added.Complete(), replace, workers, cancellationToken));
            MergeYoungest(workers, cancellationToken);
            return added.Count;
        });
    }

    /// <summary>Deletes documents, damaged ones too where their ids can be read.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="cancellationToken">Stops the work; nothing has changed then.</param>
    /// <returns>Those that were there.</returns>
    /// <exception cref="QEngineException">Too many documents would be deleted but still stored; nothing has changed.</exception>
    /// <exception cref="ObjectDisposedException">The writer is closed; nothing has changed.</exception>
    public IReadOnlyList<string> Delete(IReadOnlySet<string> ids, WorkerPool workers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(workers);
        return Change(() =>
        {
            DeletedRows deletion = new(_folder, Manifest, workers, cancellationToken);
            CollectionManifest left = Manifest with { Segments = deletion.Without(Manifest.Segments, ids) };
            Warnings = deletion.Warnings;
            cancellationToken.ThrowIfCancellationRequested();
            if (deletion.Met.Count > 0) Commit(left);
            return deletion.Met;
        });
    }

    /// <summary>Merges all segments into one without deleted documents, or the fewest that hold them.</summary>
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
            CollectionManifest merged;
            long dropped;
            using (Collection collection = Collection.Open(_folder, workers))
            {
                (Warnings, dropped) = (collection.Warnings, collection.Damaged);
                if (dropped > 0 && !dropDamaged)
                    throw new QEngineException(
                        $"expected sound documents to merge, "
                        + $"found {dropped} of {Manifest.Count} in damaged blocks of {FileErrors.Name(_folder)}");
                if (collection.Count == 0)
                    throw new QEngineException($"expected documents to keep, found none in {FileErrors.Name(_folder)}");
                merged = Merged(Manifest with { Codes = codes, Segments = [] }, collection, workers, cancellationToken);
            }
            Commit(merged);
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
            try
            {
                return change();
            }
            catch when (!_isClosed)
            {
                // What was written and is not listed; once closed, or with another manifest, the folder is not this writer's any more.
                if (Manifest.IsIn(_folder)) SegmentFolders.Sweep(_folder, Manifest);
                throw;
            }
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

    /// <summary>What is there with new segments behind it; documents that these replace are deleted.</summary>
    private CollectionManifest WithAppended(
        IReadOnlyList<SegmentEntry> added, bool replace, WorkerPool workers, CancellationToken cancellationToken)
    {
        DeletedRows replaced = new(_folder, Manifest, workers, cancellationToken);
        DeletedRows twice = new(_folder, Manifest, workers, cancellationToken);
        IReadOnlyList<SegmentEntry> older = Manifest.Segments;
        List<SegmentEntry> before = [];
        foreach (SegmentEntry entry in added)
        {
            List<string> ids = SegmentRows.Ids(_folder, entry);
            older = replaced.Without(older, ids);
            twice.Without(before, ids);
            if (twice.Met.Count > 0) throw new QEngineException($"expected each id once, found '{twice.Met[0]}' twice");
            before.Add(entry);
        }
        Warnings = replaced.Warnings;
        string more = replaced.Met.Count > 1 ? $" and {replaced.Met.Count - 1} more" : "";
        if (replaced.Met.Count > 0 && !replace)
            throw new QEngineException($"expected ids that the index does not have, found '{replaced.Met[0]}'{more}");
        cancellationToken.ThrowIfCancellationRequested();
        return Manifest with { NextSegment = added[^1].Number + 1, Segments = [.. older, .. added] };
    }

    /// <summary>What is kept with what can be found of a collection behind it, in the fewest segments.</summary>
    private CollectionManifest Merged(
        CollectionManifest kept, Collection collection, WorkerPool workers, CancellationToken cancellationToken)
    {
        using NewSegments target = new(_folder, kept, Limits, workers, cancellationToken);
        SegmentCopy.Add(collection, target, cancellationToken);
        IReadOnlyList<SegmentEntry> merged = target.Complete();
        cancellationToken.ThrowIfCancellationRequested();
        return kept with { NextSegment = merged[^1].Number + 1, Segments = [.. kept.Segments, .. merged] };
    }

    /// <summary>Merges the youngest segments where there are many; what was appended before is there either way.</summary>
    private void MergeYoungest(WorkerPool workers, CancellationToken cancellationToken)
    {
        List<SegmentSize> sizes = [];
        foreach (SegmentEntry segment in Manifest.Segments) sizes.Add(SegmentSize.Of(_folder, segment));
        int count = SegmentMerges.Choose(sizes, Limits);
        if (count == 0) return;
        List<SegmentEntry> older = [], young = [];
        foreach (SegmentEntry segment in Manifest.Segments) (older.Count < sizes.Count - count ? older : young).Add(segment);
        try
        {
            CollectionManifest merged;
            using (Collection collection = CollectionOpening.Open(_folder, Manifest with { Segments = young }, workers, null))
            {
                // Damaged documents stay where they are until somebody decides.
                if (collection.Damaged > 0) return;
                merged = Merged(Manifest with { Segments = older }, collection, workers, cancellationToken);
            }
            Commit(merged);
        }
        catch (Exception failure) when (failure is QEngineException || IsCancelled(failure, cancellationToken))
        {
            // Somebody waits no longer, the disk is full, or a file cannot be read: the segments stay as they are.
        }
        SegmentFolders.Sweep(_folder, Manifest);
    }

    private static bool IsCancelled(Exception failure, CancellationToken cancellationToken) =>
        failure is OperationCanceledException && cancellationToken.IsCancellationRequested;
}
