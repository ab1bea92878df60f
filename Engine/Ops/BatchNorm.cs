using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>Batch normalisation of columns (<see cref="BatchNormalization"/>).</summary>
internal static class BatchNorm
{
    /// <summary>
    /// Normalises every column, in training by its own mean and variance, which the running ones then follow, else by those. In a
    /// <see cref="Checkpoint"/> they would follow twice, so it has no place there.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="x">[rows, columns]; in training at least two rows.</param>
    /// <param name="gamma">[1, columns].</param>
    /// <param name="beta">[1, columns].</param>
    /// <param name="running">Mean and variance over the batches before; changed in training.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="isTraining">Whether it is training.</param>
    /// <returns>[rows, columns].</returns>
    /// <exception cref="QEngineException">The shapes do not fit together.</exception>
    public static Tensor<T> Apply<T>(
        Tape<T> tape, Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, RunningMoments<T> running, T epsilon, bool isTraining)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Shape columns = Shape.Vector(x.Columns);
        Guard.Same(nameof(BatchNorm), gamma.Shape, columns);
        Guard.Same(nameof(BatchNorm), beta.Shape, columns);
        Guard.Same(nameof(BatchNorm), running.Mean.Shape, columns);
        Guard.Same(nameof(BatchNorm), running.Variance.Shape, columns);
        if (isTraining) Guard.AtLeast(nameof(BatchNorm), x.Rows, 2);
        Tensor<T> y = tape.Output(x.Shape, x, gamma, beta);
        Tensor<T> normalized = tape.Save(y.NeedsGradient ? x.Shape : default), rstd = tape.Save(columns);
        (Tensor<T> mean, Tensor<T> variance) = (running.Mean, running.Variance);
        if (isTraining)
        {
            (mean, variance) = (tape.Save(columns), tape.Save(columns));
            BatchNormalization.Moments(tape.Workers, x.Span, mean.Span, variance.Span);
            BatchNormalization.Follow<T>(mean.Span, variance.Span, x.Rows, running.Momentum, running.Mean.Span, running.Variance.Span);
        }
        BatchNormalization.Forward(
            tape.Workers, x.Span, mean.Span, variance.Span, epsilon, gamma.Span, beta.Span, y.Span, normalized.Span, rstd.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(x, gamma, beta, y, normalized, rstd, isTraining));
        return y;
    }

    private readonly record struct Op<T>(
        Tensor<T> X, Tensor<T> Gamma, Tensor<T> Beta, Tensor<T> Y, Tensor<T> Normalized, Tensor<T> Rstd, bool IsTraining) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            Span<T> sums = gradients.Rent(X.Columns), weightedSums = gradients.Rent(X.Columns);
            ColumnSums.Compute(gradients.Workers, default(FirstSum<T>), dy, dy, sums);
            ColumnSums.Compute(gradients.Workers, default(Product<T>), dy, Normalized.Span, weightedSums);
            if (gradients.Wants(X))
            {
                BatchNormalization.Backward(
                    gradients.Workers, dy, Normalized.Span, Rstd.Span, Gamma.Span, IsTraining ? sums : default,
                    IsTraining ? weightedSums : default, gradients[X]);
            }
            if (gradients.Wants(Gamma)) Kernels.Elementwise.Add(gradients.Workers, weightedSums, gradients[Gamma]);
            if (gradients.Wants(Beta)) Kernels.Elementwise.Add(gradients.Workers, sums, gradients[Beta]);
        }
    }
}

/// <summary>What batch normalisation keeps of the batches that it was trained on.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Mean">[1, columns].</param>
/// <param name="Variance">[1, columns], unbiased.</param>
/// <param name="Momentum">Share of the newest batch, from 0 to 1.</param>
internal readonly record struct RunningMoments<T>(Tensor<T> Mean, Tensor<T> Variance, T Momentum)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
