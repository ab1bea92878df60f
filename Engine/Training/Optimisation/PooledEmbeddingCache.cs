using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>The pooled vectors of all texts of a set under a frozen encoder: each text is encoded once.</summary>
internal sealed class PooledEmbeddingCache
{
    private const int TokensPerBatch = 4096;

    // An array a page: one for all texts could not have more than 2^31 numbers.
    private readonly float[][] _pages;
    private readonly int _textsPerPage, _hidden;

    public PooledEmbeddingCache(EmbeddingModel<float> model, TrainingSet set, WorkerPool workers, int textsPerPage = 1 << 14)
    {
        (_hidden, _textsPerPage) = (model.Head.InputDimension, textsPerPage);
        _pages = new float[(set.TextCount + textsPerPage - 1) / textsPerPage][];
        for (int page = 0; page < _pages.Length; page++)
            _pages[page] = new float[Math.Min(textsPerPage, set.TextCount - (page * textsPerPage)) * _hidden];
        Tape<float> tape = new(workers, recording: false);
        PackedSequences batch = new();
        for (int text = 0; text < set.TextCount;)
        {
            int first = text;
            batch.Clear();
            for (; text < set.TextCount && batch.Tokens < TokensPerBatch; text++) batch.Add(set.Tokens(text), set.UnpooledTokens(text));
            tape.Reset();
            ReadOnlySpan<float> pooled = model.Pool(tape, batch, DropoutSequence.None).Span;
            for (int i = first; i < text; i++) pooled.Slice((i - first) * _hidden, _hidden).CopyTo(Row(i));
        }
    }

    /// <summary>Takes vectors that are there already.</summary>
    /// <param name="rows">[texts of the set, hidden].</param>
    /// <param name="hidden">Width of a vector.</param>
    public PooledEmbeddingCache(float[] rows, int hidden) => (_pages, _textsPerPage, _hidden) = ([rows], rows.Length / hidden, hidden);

    /// <summary>The pooled vectors of some texts, as constants.</summary>
    public Tensor<float> Rows(Tape<float> tape, IReadOnlyList<int> texts)
    {
        Tensor<float> rows = tape.Save(new Shape(texts.Count, _hidden));
        for (int i = 0; i < texts.Count; i++) Row(texts[i]).CopyTo(rows.Span[(i * _hidden)..]);
        return rows;
    }

    /// <summary>All vectors, text after text, to be kept for another set's run.</summary>
    /// <param name="rows">[texts, hidden].</param>
    public void CopyTo(Span<float> rows)
    {
        foreach (float[] page in _pages)
        {
            page.CopyTo(rows);
            rows = rows[page.Length..];
        }
    }

    private Span<float> Row(int text) => _pages[text / _textsPerPage].AsSpan(text % _textsPerPage * _hidden, _hidden);
}
