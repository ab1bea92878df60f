using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>Layer normalisation of hidden states and a residual, on one thread.</summary>
[Traffic(nameof(Forward), 4)]
[Traffic(nameof(Backward), 6)]
[Traffic(nameof(BackwardParameters), 2)]
public class LayerNormBenchmarks
{
    /// <summary>Added to the variance, as in BERT.</summary>
    internal const float Epsilon = 1e-12f;

    private AlignedBuffer<float> _x, _residual, _gamma, _beta, _y, _normalized, _inverse, _dy, _dx, _dresidual, _dgamma, _dbeta;

    /// <summary>The rows.</summary>
    [ParamsSource(nameof(Cases))]
    public RowsShape Shape { get; set; } = Shapes.Rows[0];

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<RowsShape> Cases => Shapes.Rows;

    [GlobalSetup]
    public void Setup()
    {
        (_x, _residual, _dy) = (Inputs.Gaussian(Shape.Length, 1), Inputs.Gaussian(Shape.Length, 2), Inputs.Gaussian(Shape.Length, 3));
        (_gamma, _beta) = (Inputs.Gaussian(Shape.Columns, 4), Inputs.Gaussian(Shape.Columns, 5));
        (_y, _normalized, _inverse) = (Inputs.Zeros(Shape.Length), Inputs.Zeros(Shape.Length), Inputs.Zeros(Shape.Rows));
        (_dx, _dresidual) = (Inputs.Zeros(Shape.Length), Inputs.Zeros(Shape.Length));
        (_dgamma, _dbeta) = (Inputs.Zeros(Shape.Columns), Inputs.Zeros(Shape.Columns));
        Verify();
    }

    [Benchmark]
    public void Forward() => LayerNorm.Forward(
        WorkerPool.Single, _x.Span, _residual.Span, _gamma.Span, _beta.Span, Epsilon, _y.Span, _normalized.Span, _inverse.Span);

    [Benchmark]
    public void Backward() => LayerNorm.Backward<float>(
        WorkerPool.Single, _dy.Span, _gamma.Span, _normalized.Span, _inverse.Span, _dx.Span, accumulate: false, _dresidual.Span, accumulateResidual: false);

    [Benchmark]
    public void BackwardParameters() => LayerNorm.BackwardParameters<float>(
        WorkerPool.Single, _dy.Span, _normalized.Span, _dgamma.Span, _dbeta.Span);

    private void Verify()
    {
        Forward();
        Backward();
        BackwardParameters();
        double[] sum = Inputs.Sum(Inputs.Wide(_x.Span), _residual.Span), gamma = Inputs.Wide(_gamma.Span), beta = Inputs.Wide(_beta.Span);
        Check.Close(nameof(Forward), _y.Span, new LayerNormOracle(sum, gamma, beta, Epsilon).Y);
        Check.Gradient(nameof(Backward), at => Check.Dot(new LayerNormOracle(at, gamma, beta, Epsilon).Y, _dy.Span), sum, _dx.Span);
        Check.Close(nameof(Backward), _dresidual.Span, Inputs.Wide(_dx.Span), 0);
        Check.Gradient(
            nameof(BackwardParameters), at => Check.Dot(new LayerNormOracle(sum, at, beta, Epsilon).Y, _dy.Span), gamma, _dgamma.Span);
        Check.Gradient(
            nameof(BackwardParameters), at => Check.Dot(new LayerNormOracle(sum, gamma, at, Epsilon).Y, _dy.Span), beta, _dbeta.Span);
    }
}
