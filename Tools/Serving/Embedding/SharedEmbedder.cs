using QEngine.Models;
using QEngine.Tools.Serving.Http;
using QEngine.Tools.Serving.Metrics;

namespace QEngine.Tools.Serving.Embedding;

/// <summary>A model that many clients share: texts of all that wait go through it together, with the same bits as alone.</summary>
internal sealed class SharedEmbedder : IAsyncDisposable
{
    // A request of many texts takes turns with the others: so many of its texts are in one batch.
    private const int TextsPerTurn = 128;

    // Enough for all threads; with few more, clients wait longer and gain nothing.
    private const int TextsPerBatch = 256;

    private readonly SentenceEmbedder _embedder;
    private readonly ServerMetrics _metrics;
    private readonly BatchQueue<PromptedTexts, EmbeddedTexts> _queue;

    /// <summary>Starts.</summary>
    /// <param name="embedder">The model.</param>
    /// <param name="maxQueue">The most requests that wait.</param>
    /// <param name="metrics">Counts texts and tokens.</param>
    public SharedEmbedder(SentenceEmbedder embedder, int maxQueue, ServerMetrics metrics)
    {
        (_embedder, _metrics) = (embedder, metrics);
        _queue = new BatchQueue<PromptedTexts, EmbeddedTexts>(maxQueue, work => work.Texts.Length, TextsPerBatch, Embed);
    }

    /// <summary>Requests that wait.</summary>
    public int QueueLength => _queue.Length;

    /// <summary>Embeds the texts of a request.</summary>
    /// <param name="texts">The texts, at least one.</param>
    /// <param name="prompt">What is put before each.</param>
    /// <param name="cancellationToken">Set when the client is gone.</param>
    /// <exception cref="ApiException">Too many wait.</exception>
    public async Task<EmbeddedTexts> EmbedAsync(string[] texts, string prompt, CancellationToken cancellationToken)
    {
        Task<EmbeddedTexts> first = _queue.TryRun(Turn(0), cancellationToken) ?? throw ApiException.Busy();
        EmbeddedTexts turn = await first;
        if (texts.Length <= TextsPerTurn) return turn;
        float[] embeddings = new float[texts.Length * _embedder.Dimension];
        turn.Embeddings.CopyTo(embeddings, 0);
        long tokens = turn.Tokens;
        for (int start = TextsPerTurn; start < texts.Length; start += TextsPerTurn)
        {
            turn = await _queue.Run(Turn(start), cancellationToken);
            turn.Embeddings.CopyTo(embeddings, start * _embedder.Dimension);
            tokens += turn.Tokens;
        }
        return new EmbeddedTexts(embeddings, tokens);

        PromptedTexts Turn(int start) => new(texts.AsMemory(start, Math.Min(TextsPerTurn, texts.Length - start)), prompt);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _queue.DisposeAsync();

    /// <summary>Embeds a batch: one call for each prompt that occurs.</summary>
    private EmbeddedTexts[] Embed(IReadOnlyList<PromptedTexts> batch)
    {
        EmbeddedTexts[] results = new EmbeddedTexts[batch.Count];
        foreach (IGrouping<string, int> alike in Enumerable.Range(0, batch.Count).GroupBy(i => batch[i].Prompt, StringComparer.Ordinal))
            Embed(batch, [.. alike], alike.Key, results);
        return results;
    }

    private void Embed(IReadOnlyList<PromptedTexts> batch, int[] works, string prompt, EmbeddedTexts[] results)
    {
        string[] texts = [.. works.SelectMany(work => batch[work].Texts.ToArray())];
        float[] embeddings = new float[texts.Length * _embedder.Dimension];
        int[] tokens = new int[texts.Length];
        long all = _embedder.Embed(texts, embeddings, EmbeddingFormat.Default, prompt, counter: null, CancellationToken.None, tokens);
        _metrics.Embedded(texts.Length, all);
        int start = 0;
        foreach (int work in works)
        {
            int end = start + batch[work].Texts.Length;
            float[] rows = embeddings[(start * _embedder.Dimension)..(end * _embedder.Dimension)];
            results[work] = new EmbeddedTexts(rows, tokens[start..end].Sum(count => (long)count));
            start = end;
        }
    }
}
