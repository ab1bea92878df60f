using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>A batch through a model as in embedding, after the tokenizer.</summary>
internal sealed class EncoderPass(EmbeddingModel<float> model, PackedSequences batch, WorkerPool workers)
{
    private readonly Tape<float> _tape = new(workers, recording: false);

    /// <summary>Computes the representations [sequences, width], valid until the next call.</summary>
    public ReadOnlySpan<float> Run()
    {
        _tape.Reset();
        return model.Represent(_tape, model.Pool(_tape, batch, DropoutSequence.None)).Span;
    }
}
