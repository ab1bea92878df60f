using QEngine.Autodiff;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Benchmarks;

/// <summary>A linear layer and GELU in one pass.</summary>
public class LinearGeluBenchmarks : LinearBenchmarks
{
    /// <inheritdoc/>
    protected override Tensor<float> Apply(Tape<float> tape, Tensor<float> x) => Layer.ForwardGelu(tape, x);

    /// <inheritdoc/>
    protected override double[] Naive(double[] x, double[] parameters) => Array.ConvertAll(base.Naive(x, parameters), FormulaOracle.Gelu);
}
