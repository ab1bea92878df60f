using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tensors;
using QEngine.Text;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace QEngine.Tools.Training;

/// <summary>A model that is about to be saved.</summary>
internal static class TrainedModel
{
    // Few pieces: it is done once an epoch.
    private const string Text = "what is written here does not matter";

    /// <summary>
    /// Requires it to make something of a text. The loss of a step is seen before its update, so nobody has seen what the last one did.
    /// </summary>
    /// <param name="embedder">The model with its tokenizer.</param>
    /// <exception cref="QEngineException">Its embedding is not finite.</exception>
    public static void RequireUsable(SentenceEmbedder embedder)
    {
        PackedSequences text = new();
        text.Add(embedder.Tokenizer.Encode(Text, embedder.MaximumLength));
        // As in training: inference would pack all weights, which takes their memory once more.
        Tape<float> tape = new(embedder.Workers, recording: true);
        Tensor<float> embedding = embedder.Model.Represent(tape, embedder.Model.Pool(tape, text, DropoutSequence.None));
        if (!TensorPrimitives.IsFiniteAll(embedding.Span))
            throw new QEngineException("expected a finite embedding of a text after the last step, found none: lower the learning rate");
    }
}
