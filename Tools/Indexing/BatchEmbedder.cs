using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Indexing;

/// <summary>Embeds any number of texts in bounded memory, with progress, and stops when interrupted.</summary>
/// <param name="progress">Where progress is shown.</param>
/// <param name="embedder">The model.</param>
/// <param name="format">In which numbers.</param>
/// <param name="prompt">What is put before every text; null for the model's default.</param>
internal sealed class BatchEmbedder(
    ProgressReporter progress, SentenceEmbedder embedder, EmbeddingFormat format = EmbeddingFormat.Default, string? prompt = null)
{
    /// <summary>The most texts in memory: enough that threads rarely wait for each other at the end of a window.</summary>
    internal const int MaxTexts = 8192;

    /// <summary>Characters that end a window early, so that long texts do not fill the memory.</summary>
    internal const int MaxCharacters = 1 << 22;

    private readonly List<IdText> _rows = [];
    private readonly string[] _texts = new string[MaxTexts];
    private readonly int _width = format.Width(embedder.Model.Head);
    private float[] _embeddings = [];

    /// <summary>Receives a window.</summary>
    /// <param name="rows">The texts with their ids; valid during the call.</param>
    /// <param name="embeddings">[rows, width of the format].</param>
    public delegate void Consumer(IReadOnlyList<IdText> rows, ReadOnlySpan<float> embeddings);

    /// <summary>Texts embedded and the time it took.</summary>
    public readonly record struct Result(long Texts, TimeSpan Time)
    {
        /// <summary>Texts a second.</summary>
        public double Rate => Time > TimeSpan.Zero ? Texts / Time.TotalSeconds : 0;
    }

    /// <summary>Embeds texts.</summary>
    /// <param name="rows">The texts; read once, window by window.</param>
    /// <param name="total">How many there are, from an earlier look at them.</param>
    /// <param name="what">What is being embedded, for the progress.</param>
    /// <param name="consume">Receives the embeddings in order.</param>
    /// <exception cref="QEngineException">There are more or fewer than <paramref name="total"/>.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public Result Run(IEnumerable<IdText> rows, long total, string what, Consumer consume)
    {
        EmbeddingReporter shown = new(progress, $"embedding {what}", "texts", total);
        EmbeddingCounter counter = new(shown, total);
        long read = 0, characters = 0;
        foreach (IdText row in rows)
        {
            _rows.Add(row);
            read++;
            characters += row.Text.Length;
            if (_rows.Count < MaxTexts && characters < MaxCharacters) continue;
            Flush();
            characters = 0;
        }
        Flush();
        return read == total ? shown.Result : throw Changed();

        void Flush()
        {
            if (_rows.Count == 0) return;
            if (read > total) throw Changed();
            consume(_rows, Embed(counter));
            _rows.Clear();
        }
    }

    /// <summary>The error for texts that are other than when they were counted.</summary>
    public static QEngineException Changed() =>
        new("expected as many texts as at the start, found more or fewer: the file changed while it was read");

    private ReadOnlySpan<float> Embed(EmbeddingCounter counter)
    {
        int count = _rows.Count;
        for (int i = 0; i < count; i++) _texts[i] = _rows[i].Text;
        if (_embeddings.Length < count * _width) _embeddings = new float[count * _width];
        Span<float> embeddings = _embeddings.AsSpan(0, count * _width);
        embedder.Embed(_texts.AsSpan(0, count), embeddings, format, prompt, counter, Session.Cancellation);
        return embeddings;
    }
}
