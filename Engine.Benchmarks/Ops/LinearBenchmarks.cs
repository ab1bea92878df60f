using BenchmarkDotNet.Attributes;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Benchmarks;

/// <summary>A linear layer; in inference with packed weights, as in a model.</summary>
public class LinearBenchmarks : OpBenchmarks
{
    private LinearLayer<float>? _layer;

    /// <summary>Rows, outputs and inputs.</summary>
    [ParamsSource(nameof(Cases))]
    public GemmShape Shape { get; set; } = Shapes.Linears[0];

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<GemmShape> Cases => Shapes.Linears;

    /// <inheritdoc/>
    protected override Shape Input => new(Shape.Rows, Shape.Depth);

    /// <inheritdoc/>
    protected override int Outputs => Shape.Columns;

    /// <summary>The layer.</summary>
    protected LinearLayer<float> Layer => _layer!;

    /// <inheritdoc/>
    protected override void Declare(ParameterStore<float> store)
    {
        // Sums of the size of one.
        Initializer weight = Initializer.Normal(1 / Math.Sqrt(Shape.Depth));
        _layer = new LinearLayer<float>(store, "linear", Shape.Depth, Shape.Columns, weight, Initializer.Normal(1));
    }

    /// <inheritdoc/>
    protected override Tensor<float> Apply(Tape<float> tape, Tensor<float> x) => Layer.Forward(tape, x);

    /// <inheritdoc/>
    protected override double[] Naive(double[] x, double[] parameters)
    {
        int weights = Shape.Columns * Shape.Depth;
        return LinearOracle.Rows(x, parameters[..weights], parameters[weights..]);
    }
}
