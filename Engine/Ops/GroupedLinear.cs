using System.Numerics;
using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>A linear map whose inputs and outputs are in groups: each group's outputs are weighted sums of its own inputs.</summary>
internal static class GroupedLinear
{
    /// <summary>Applies the map to every row.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="groups">The plan: d inputs, k outputs, G groups.</param>
    /// <param name="x">[rows, d].</param>
    /// <param name="weight">[k / G, d]: of every input a weight for each output of its group.</param>
    /// <param name="bias">[1, k].</param>
    /// <returns>[rows, k].</returns>
    /// <exception cref="QEngineException">The shapes do not fit the plan.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, InputGroups groups, Tensor<T> x, Tensor<T> weight, Tensor<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        Guard.Columns(nameof(GroupedLinear), x.Shape, groups.Inputs);
        Guard.Same(nameof(GroupedLinear), weight.Shape, new Shape(groups.OutputsPerGroup, groups.Inputs));
        Guard.Same(nameof(GroupedLinear), bias.Shape, Shape.Vector(groups.Outputs));
        Tensor<T> y = tape.Output(new Shape(x.Rows, groups.Outputs), x, weight, bias);
        GroupedSums.Forward(tape.Workers, groups, x.Span, weight.Span, bias.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(groups, x, weight, bias, y));
        return y;
    }

    private readonly record struct Op<T>(InputGroups Groups, Tensor<T> X, Tensor<T> Weight, Tensor<T> Bias, Tensor<T> Y) : IOp<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            if (gradients.Wants(X)) GroupedSums.BackwardInputs(gradients.Workers, Groups, dy, Weight.Span, gradients[X]);
            if (gradients.Wants(Weight)) GroupedSums.BackwardWeights(gradients.Workers, Groups, dy, X.Span, gradients[Weight]);
            if (gradients.Wants(Bias)) Kernels.Bias.Backward(gradients.Workers, dy, gradients[Bias]);
        }
    }
}
