using QEngine.Autodiff;
using QEngine.Tensors;

namespace QEngine.Benchmarks;

/// <summary>A linear layer and GELU in one pass.</summary>
public class LinearGeluBenchmarks : LinearBenchmarks
{
    /// <inheritdoc/>
    protected override Tensor<float> Apply(Tape<float> tape, Tensor<float> x) => Layer.ForwardGelu(tape, x);

    /// <inheritdoc/>
    protected override double[] Naive(double[] x, double[] parameters) => NaiveGelu.Of(base.Naive(x, parameters));
}
