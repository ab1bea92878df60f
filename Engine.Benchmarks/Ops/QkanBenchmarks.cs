using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Quantum;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Benchmarks;

/// <summary>A QKAN layer, 64 to 64, three repetitions; beside it <see cref="MlpBenchmarks"/>, what such a layer stands in for.</summary>
public class QkanBenchmarks : OpBenchmarks
{
    private QkanLayer<float> _layer = null!;

    /// <inheritdoc/>
    protected override Shape Input => new(1024, 64);

    /// <inheritdoc/>
    protected override int Outputs => 64;

    /// <summary>What the edges are.</summary>
    private protected virtual QkanSettings Settings => new();

    /// <summary>The circuits.</summary>
    private protected DaruanPlan Plan => new(Input.Columns, Outputs, Settings.Repetitions, Settings.Ansatz, Settings.Readout);

    /// <inheritdoc/>
    protected override void Declare(ParameterStore<float> store) => _layer = new(store, "qkan", Input.Columns, Outputs, Settings);

    /// <inheritdoc/>
    protected override Tensor<float> Apply(Tape<float> tape, Tensor<float> x) => _layer.Forward(tape, x);

    /// <inheritdoc/>
    protected override double[] Naive(double[] x, double[] parameters) =>
        MatrixOracle.Transpose(DaruanOracle.Layer(Plan, MatrixOracle.Transpose(x, CheckedRows), parameters), Outputs);
}

/// <summary>The same with trained frequencies and offsets: every edge has sines and cosines of its own.</summary>
public class ScaledQkanBenchmarks : QkanBenchmarks
{
    /// <inheritdoc/>
    private protected override QkanSettings Settings => new() { TrainsData = true };

    /// <inheritdoc/>
    protected override double[] Naive(double[] x, double[] parameters)
    {
        int angles = Plan.Edges * Plan.Angles, numbers = Plan.Edges * Plan.Repetitions;
        double[] columns = DaruanOracle.Layer(
            Plan, MatrixOracle.Transpose(x, CheckedRows), parameters[..angles], parameters[angles..^numbers], parameters[^numbers..]);
        return MatrixOracle.Transpose(columns, Outputs);
    }
}

/// <summary>64 to 256, GELU, to 64.</summary>
public class MlpBenchmarks : OpBenchmarks
{
    private LinearLayer<float> _first = null!, _second = null!;

    /// <inheritdoc/>
    protected override Shape Input => new(1024, 64);

    /// <inheritdoc/>
    protected override int Outputs => 64;

    private int Hidden => 4 * Input.Columns;

    /// <inheritdoc/>
    protected override void Declare(ParameterStore<float> store)
    {
        _first = new(store, "first", Input.Columns, Hidden, Initializer.Normal(0.1), Initializer.Normal(0.1));
        _second = new(store, "second", Hidden, Outputs, Initializer.Normal(0.1), Initializer.Normal(0.1));
    }

    /// <inheritdoc/>
    protected override Tensor<float> Apply(Tape<float> tape, Tensor<float> x) => _second.Forward(tape, _first.ForwardGelu(tape, x));

    /// <inheritdoc/>
    protected override double[] Naive(double[] x, double[] parameters)
    {
        double[] weight = parameters[..(Hidden * Input.Columns)], rest = parameters[weight.Length..], bias = rest[..Hidden];
        double[] second = rest[Hidden..^Outputs], secondBias = rest[^Outputs..];
        double[] hidden = Array.ConvertAll(LinearOracle.Rows(x, weight, bias), FormulaOracle.Gelu);
        return LinearOracle.Rows(hidden, second, secondBias);
    }
}
