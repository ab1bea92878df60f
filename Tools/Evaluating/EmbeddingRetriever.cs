using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Evaluating;

/// <summary>A model over the passages of a file, embedded once; with its prompts for documents and queries.</summary>
internal sealed class EmbeddingRetriever : IRetriever
{
    // Queries searched between two looks at Ctrl-C.
    private const int QueriesPerSearch = 1024;

    private readonly SentenceEmbedder _embedder;
    private readonly EmbeddingIndex _index;
    private readonly ProgressReporter _progress;

    /// <summary>Embeds passages.</summary>
    /// <param name="session">Threads and progress.</param>
    /// <param name="embedder">The model.</param>
    /// <param name="passages">The passages.</param>
    /// <param name="wanted">Which passages are needed.</param>
    /// <exception cref="QEngineException">The file is malformed, an id occurs twice, or no passage is wanted.</exception>
    public EmbeddingRetriever(Session session, SentenceEmbedder embedder, TextSource passages, Predicate<string> wanted)
    {
        (_embedder, _progress) = (embedder, session.Progress);
        List<string> ids = TextFile.Ids(passages, wanted);
        PassageIds = ids;
        float[] embeddings = Embed(
            passages.Read().Where(row => wanted(row.Id)),
            ids.Count,
            "passages",
            embedder.Prompts.Document,
            out BatchEmbedder.Result result);
        PassageTime = result;
        _index = new EmbeddingIndex(embedder.Similarity, embedder.Dimension, embeddings, session.Workers);
    }

    /// <inheritdoc/>
    public string Name => _embedder.Model.Head.PaperName;

    /// <inheritdoc/>
    public string Title => ModelName ?? Name;

    /// <summary>The name of the model's folder, where it has one.</summary>
    public string? ModelName { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<string> PassageIds { get; }

    /// <summary>How the model compares; scores of fidelity are ln F.</summary>
    public Similarity Similarity => _embedder.Similarity;

    /// <summary>How long embedding the passages took.</summary>
    public BatchEmbedder.Result PassageTime { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Hit[]> Search(IReadOnlyList<IdText> queries, int k)
    {
        float[] embeddings = Embed(queries);
        int width = _embedder.Dimension;
        List<Hit[]> hits = new(queries.Count);
        for (int first = 0; first < queries.Count; first += QueriesPerSearch)
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(QueriesPerSearch, queries.Count - first);
            hits.AddRange(_index.SearchAll(embeddings.AsSpan(first * width, count * width), k));
        }
        return hits;
    }

    /// <inheritdoc/>
    public IReadOnlyList<float[]> Score(IReadOnlyList<IdText> queries, IReadOnlyList<int[]> candidates)
    {
        float[] embeddings = Embed(queries);
        int width = _embedder.Dimension;
        List<float[]> scores = new(queries.Count);
        for (int i = 0; i < queries.Count; i++)
        {
            float[] row = new float[candidates[i].Length];
            _index.Score(embeddings.AsSpan(i * width, width), candidates[i], row);
            scores.Add(row);
        }
        return scores;
    }

    private float[] Embed(IReadOnlyList<IdText> queries) =>
        Embed(queries, queries.Count, "queries", _embedder.Prompts.Query, out _);

    private float[] Embed(IEnumerable<IdText> rows, int count, string what, string prompt, out BatchEmbedder.Result result)
    {
        if ((long)count * _embedder.Dimension > Array.MaxLength)
            throw new QEngineException(
                $"expected at most {Array.MaxLength / _embedder.Dimension} {what} of dimension {_embedder.Dimension} in memory, found "
                + $"{count}");
        float[] embeddings = new float[count * _embedder.Dimension];
        int done = 0;
        result = new BatchEmbedder(_progress, _embedder, prompt: prompt).Run(rows, count, what, (_, values) =>
        {
            values.CopyTo(embeddings.AsSpan(done));
            done += values.Length;
        });
        return embeddings;
    }
}
