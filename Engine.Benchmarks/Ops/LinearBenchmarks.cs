using BenchmarkDotNet.Attributes;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tensors;

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
        int rows = x.Length / Shape.Depth;
        double[] y = new double[rows * Shape.Columns];
        for (int i = 0; i < y.Length; i++)
        {
            (int row, int output) = (i / Shape.Columns, i % Shape.Columns);
            y[i] = parameters[(Shape.Columns * Shape.Depth) + output];
            for (int k = 0; k < Shape.Depth; k++) y[i] += x[(row * Shape.Depth) + k] * parameters[(output * Shape.Depth) + k];
        }
        return y;
    }
}
