using BenchmarkDotNet.Attributes;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Memory;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Benchmarks;

/// <summary>The end of each half of a layer; the residual gets a gradient too.</summary>
[Traffic(nameof(Forward), 3)]
[Traffic(nameof(ForwardBackward), 16)]
public class AddLayerNormBenchmarks : OpBenchmarks
{
    private Parameter<float>? _gamma, _beta;
    private AlignedBuffer<float> _residual;

    /// <summary>The rows.</summary>
    [ParamsSource(nameof(Cases))]
    public RowsShape Shape { get; set; } = Shapes.Rows[0];

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<RowsShape> Cases => Shapes.Rows;

    /// <inheritdoc/>
    protected override Shape Input => new(Shape.Rows, Shape.Columns);

    /// <inheritdoc/>
    protected override int Outputs => Shape.Columns;

    /// <inheritdoc/>
    protected override void Declare(ParameterStore<float> store)
    {
        _gamma = store.Vector("gamma", Shape.Columns, Initializer.Normal(1));
        _beta = store.Vector("beta", Shape.Columns, Initializer.Normal(1));
        _residual = Inputs.Gaussian(Shape.Length, seed: 5);
    }

    /// <inheritdoc/>
    protected override Tensor<float> Apply(Tape<float> tape, Tensor<float> x)
    {
        Tensor<float> residual = tape.WithGradient(new Tensor<float>(_residual.Array, _residual.Offset, Input, slot: 0));
        return AddLayerNorm.Apply(tape, x, residual, _gamma!.Tensor, _beta!.Tensor, LayerNormBenchmarks.Epsilon);
    }

    /// <inheritdoc/>
    protected override double[] Naive(double[] x, double[] parameters)
    {
        double[] sum = Inputs.Sum(x, _residual.Span[^x.Length..]);
        return new LayerNormOracle(sum, parameters[..Shape.Columns], parameters[Shape.Columns..], LayerNormBenchmarks.Epsilon).Y;
    }
}
