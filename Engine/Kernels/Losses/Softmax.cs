using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The cross-entropy of softmaxes.</summary>
internal static class Softmax
{
    /// <summary>Cross-entropy of softmax(logits) against one label a row: losses[r] = ln sum e^logits[r] - logits[r, label].</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="logits">[rows, classes]; minus infinity excludes a class.</param>
    /// <param name="labels">[rows], each 0 to classes - 1.</param>
    /// <param name="probabilities">[rows, classes], softmax of the rows, for the backward pass.</param>
    /// <param name="losses">[rows].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void CrossEntropyForward<T>(
        WorkerPool workers, ReadOnlySpan<T> logits, ReadOnlySpan<int> labels, Span<T> probabilities, Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classes = Require.Columns(logits, labels.Length);
        Require.Indices(labels, classes);
        Require.Elements(probabilities, logits.Length);
        Require.Elements(losses, labels.Length);
        Require.Apart(probabilities, logits, losses);
        Require.Apart(losses, logits);
        ForwardKernel<T> kernel = new(logits, labels, probabilities, losses);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, labels.Length, classes, ref kernel);
    }

    /// <summary>dlogits[r] += weight (probabilities[r] - onehot(label)).</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="probabilities">[rows, classes], from the forward pass.</param>
    /// <param name="labels">[rows].</param>
    /// <param name="weight">Gradient of every row's loss.</param>
    /// <param name="dlogits">[rows, classes], accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void CrossEntropyBackward<T>(
        WorkerPool workers, ReadOnlySpan<T> probabilities, ReadOnlySpan<int> labels, T weight, Span<T> dlogits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classes = Require.Columns(dlogits, labels.Length);
        Require.Indices(labels, classes);
        Require.Elements(probabilities, dlogits.Length);
        Require.Apart(dlogits, probabilities);
        BackwardKernel<T> kernel = new(probabilities, labels, weight, dlogits);
        RangeKernel.Run<BackwardKernel<T>, T>(workers, labels.Length, classes, ref kernel);
    }

    private readonly ref struct ForwardKernel<T>(ReadOnlySpan<T> logits, ReadOnlySpan<int> labels, Span<T> probabilities, Span<T> losses)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<int> _labels = labels;
        private readonly Span<T> _probabilities = probabilities, _losses = losses;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int classes = _logits.Length / _labels.Length;
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<T> logits = _logits.Slice(row * classes, classes);
                Span<T> probabilities = _probabilities.Slice(row * classes, classes);
                logits.CopyTo(probabilities);
                _losses[row] = SoftmaxLanes<TLane, T>.Row(probabilities) - logits[_labels[row]];
            }
        }
    }

    private readonly ref struct BackwardKernel<T>(ReadOnlySpan<T> probabilities, ReadOnlySpan<int> labels, T weight, Span<T> dlogits)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _probabilities = probabilities;
        private readonly ReadOnlySpan<int> _labels = labels;
        private readonly Span<T> _dlogits = dlogits;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int classes = _dlogits.Length / _labels.Length;
            for (int row = from; row < to; row++)
            {
                Rows<TLane, T>.AddScaled(weight, _probabilities.Slice(row * classes, classes), _dlogits.Slice(row * classes, classes));
                _dlogits[(row * classes) + _labels[row]] -= weight;
            }
        }
    }
}
