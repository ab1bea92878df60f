using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>The pooled vectors of all texts of a set under a frozen encoder: each text is encoded once.</summary>
internal sealed class FrozenPool
{
    private const int TokensPerBatch = 4096;

    private readonly float[] _pooled;
    private readonly int _hidden;

    public FrozenPool(EmbeddingModel<float> model, TrainingSet set, WorkerPool workers)
    {
        _hidden = model.Head.InputDimension;
        _pooled = new float[(long)set.TextCount * _hidden];
        Tape<float> tape = new(workers, recording: false);
        PackedSequences batch = new();
        for (int text = 0; text < set.TextCount;)
        {
            int first = text;
            batch.Clear();
            while (text < set.TextCount && batch.Tokens < TokensPerBatch) batch.Add(set.Tokens(text++));
            tape.Reset();
            model.Pool(tape, batch, DropoutSequence.None).Span.CopyTo(_pooled.AsSpan(first * _hidden));
        }
    }

    /// <summary>The pooled vectors of some texts, as constants.</summary>
    public Tensor<float> Rows(Tape<float> tape, IReadOnlyList<int> texts)
    {
        Tensor<float> rows = tape.Save(new Shape(texts.Count, _hidden));
        for (int i = 0; i < texts.Count; i++) _pooled.AsSpan(texts[i] * _hidden, _hidden).CopyTo(rows.Span[(i * _hidden)..]);
        return rows;
    }
}
