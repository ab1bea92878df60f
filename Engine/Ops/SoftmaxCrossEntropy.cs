using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The mean over rows of the cross-entropy of softmax(logits) against one label a row.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct SoftmaxCrossEntropy<T> : IOp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlyMemory<int> _labels;
    private readonly Tensor<T> _logits, _probabilities, _y;

    private SoftmaxCrossEntropy(ReadOnlyMemory<int> labels, Tensor<T> logits, Tensor<T> probabilities, Tensor<T> y) =>
        (_labels, _logits, _probabilities, _y) = (labels, logits, probabilities, y);

    /// <summary>Computes the loss.</summary>
    /// <param name="tape">Storage and record.</param>
    /// <param name="logits">[rows, classes]; minus infinity excludes a class.</param>
    /// <param name="labels">[rows]; must not change until the backward pass.</param>
    /// <returns>[1, 1], in nats.</returns>
    /// <exception cref="QEngineException">There are no rows, or a label is not a class.</exception>
    public static Tensor<T> Apply(Tape<T> tape, Tensor<T> logits, ReadOnlyMemory<int> labels)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.AtLeast(nameof(SoftmaxCrossEntropy<T>), logits.Rows, 1);
        Guard.Length(nameof(SoftmaxCrossEntropy<T>), labels.Length, logits.Rows);
        Guard.Indices(nameof(SoftmaxCrossEntropy<T>), labels.Span, logits.Columns);
        Tensor<T> y = tape.Output(Shape.Scalar, logits.NeedsGradient), probabilities = tape.Save(logits.Shape), losses = tape.Save(Shape.Vector(logits.Rows));
        Softmax.CrossEntropyForward(tape.Workers, logits.Span, labels.Span, probabilities.Span, losses.Span);
        T sum = T.Zero;
        foreach (T loss in losses.Span) sum += loss;
        y.Span[0] = sum / T.CreateTruncating(logits.Rows);
        if (y.NeedsGradient) tape.Record(new SoftmaxCrossEntropy<T>(labels, logits, probabilities, y));
        return y;
    }

    /// <inheritdoc/>
    public void Backward(Gradients<T> gradients)
    {
        if (!gradients.TryGet(_y, out ReadOnlySpan<T> dy) || !gradients.Wants(_logits)) return;
        Softmax.CrossEntropyBackward(gradients.Workers, _probabilities.Span, _labels.Span, dy[0] / T.CreateTruncating(_logits.Rows), gradients[_logits]);
    }
}
