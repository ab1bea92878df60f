using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The mean over rows of the cross-entropy of softmax(logits) against one label a row.</summary>
public static class SoftmaxCrossEntropy
{
    /// <summary>Computes the loss.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="logits">[rows, classes]; minus infinity excludes a class.</param>
    /// <param name="labels">[rows]; must not change until the backward pass.</param>
    /// <returns>[1, 1], in nats.</returns>
    /// <exception cref="QEngineException">There are no rows, or a label is not a class.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, Tensor<T> logits, ReadOnlyMemory<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(SoftmaxCrossEntropy), logits.Rows, 1);
        Guard.Length(nameof(SoftmaxCrossEntropy), labels.Length, logits.Rows);
        Guard.Indices(nameof(SoftmaxCrossEntropy), labels.Span, logits.Columns);
        Tensor<T> y = tape.Output(Shape.Scalar, logits), probabilities = tape.Save(logits.Shape),
            losses = tape.Save(Shape.Vector(logits.Rows));
        Softmax.CrossEntropyForward(tape.Workers, logits.Span, labels.Span, probabilities.Span, losses.Span);
        T sum = T.Zero;
        foreach (T loss in losses.Span) sum += loss;
        y.Span[0] = sum / T.CreateTruncating(logits.Rows);
        if (y.NeedsGradient) tape.Record(new Op<T>(labels, logits, probabilities, y));
        return y;
    }

    private readonly record struct Op<T>(ReadOnlyMemory<int> Labels, Tensor<T> Logits, Tensor<T> Probabilities, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy) || !gradients.Wants(Logits)) return;
            Softmax.CrossEntropyBackward(
                gradients.Workers, Probabilities.Span, Labels.Span, dy[0] / T.CreateTruncating(Logits.Rows), gradients[Logits]);
        }
    }
}
