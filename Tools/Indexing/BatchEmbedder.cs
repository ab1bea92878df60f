using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Workers;

namespace QEngine.Tools.Indexing;

/// <summary>Embeds any number of texts in bounded memory, with progress, and stops when interrupted.</summary>
/// <remarks>Every thread embeds texts of its own, which keeps all of them busy with small models too.</remarks>
/// <param name="progress">Where progress is shown.</param>
/// <param name="embedder">The model.</param>
/// <param name="format">In which numbers.</param>
internal sealed class BatchEmbedder(ProgressReporter progress, SentenceEmbedder embedder, EmbeddingFormat format = EmbeddingFormat.Default)
{
    // Enough texts for every thread; long ones end a batch early, so that a few of them do not fill the memory.
    private const int MostTexts = 1024;
    private const int MostCharacters = 1 << 22;

    // Texts a thread embeds at a time.
    private const int TextsPerPart = 32;

    private readonly List<IdText> _rows = new(MostTexts);
    private readonly string[] _texts = new string[MostTexts];
    private readonly int _width = format.Width(embedder.Model.Head);
    private float[] _embeddings = [];

    /// <summary>Receives a batch.</summary>
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
    /// <param name="rows">The texts; read once, batch by batch.</param>
    /// <param name="total">How many there are, from an earlier look at them.</param>
    /// <param name="what">What is being embedded, for the progress.</param>
    /// <param name="consume">Receives the embeddings in order.</param>
    /// <exception cref="QEngineException">There are more or fewer than <paramref name="total"/>.</exception>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public Result Run(IEnumerable<IdText> rows, long total, string what, Consumer consume)
    {
        Stopwatch clock = Stopwatch.StartNew();
        long done = 0;
        int characters = 0;
        foreach (IdText row in rows)
        {
            _rows.Add(row);
            characters += row.Text.Length;
            if (_rows.Count < MostTexts && characters < MostCharacters) continue;
            Flush();
            characters = 0;
        }
        Flush();
        return done == total ? new Result(done, clock.Elapsed) : throw Changed();

        void Flush()
        {
            if (_rows.Count == 0) return;
            Session.Cancellation.ThrowIfCancellationRequested();
            if (done + _rows.Count > total) throw Changed();
            consume(_rows, Embed());
            done += _rows.Count;
            _rows.Clear();
            string rate = new Result(done, clock.Elapsed).Rate.ToString("F0", CultureInfo.InvariantCulture);
            progress.Report($"embedding {what}", (double)done / total, clock.Elapsed, $"{done}/{total}, {rate} texts/s");
        }
    }

    private static QEngineException Changed() => new("expected as many texts as at the start, found more or fewer: the file changed while it was read");

    private ReadOnlySpan<float> Embed()
    {
        for (int i = 0; i < _rows.Count; i++) _texts[i] = _rows[i].Text;
        if (_embeddings.Length < _rows.Count * _width) _embeddings = new float[_rows.Count * _width];
        Body body = new(embedder, format, _texts, _rows.Count, _embeddings, _width);
        try
        {
            embedder.Workers.For((_rows.Count + TextsPerPart - 1) / TextsPerPart, ref body);
        }
        catch (AggregateException failure) when (failure.InnerException is QEngineException inner)
        {
            ExceptionDispatchInfo.Throw(inner);
        }
        return _embeddings.AsSpan(0, _rows.Count * _width);
    }

    /// <summary>Embeds one part of the texts per item.</summary>
    private readonly struct Body(SentenceEmbedder embedder, EmbeddingFormat format, string[] texts, int count, float[] embeddings, int width) : IParallelBody
    {
        public void Invoke(int part)
        {
            int first = part * TextsPerPart, size = Math.Min(TextsPerPart, count - first);
            embedder.Embed(texts.AsSpan(first, size), embeddings.AsSpan(first * width, size * width), format);
        }
    }
}
