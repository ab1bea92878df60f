using BenchmarkDotNet.Attributes;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>
/// Encoding and compression with trainable controlled unitaries on one thread, and beside it the linear head of as many outputs, x W^T + b
/// by our own Gemm, which is the baseline; times are those of one embedding.
/// </summary>
public class CompressionBenchmarks
{
    private const int Embeddings = 256;

    private AlignedBuffer<float> _coefficients, _embeddings, _states, _dstates, _dembeddings, _dcoefficients;
    private AlignedBuffer<float> _weights, _bias, _outputs;
    private Cascade _cascade = new(1, 1, CompressionGate.ControlledU);

    /// <summary>From how many qubits to how many.</summary>
    [ParamsSource(nameof(Cases))]
    public QubitsShape Shape { get; set; } = Shapes.Qubits[0];

    /// <summary>The values of <see cref="Shape"/>.</summary>
    public static IEnumerable<QubitsShape> Cases => Shapes.Qubits;

    [GlobalSetup]
    public void Setup()
    {
        _cascade = new Cascade(Shape.Input, Shape.Output, CompressionGate.ControlledU);
        AlignedBuffer<float> raw = Inputs.Gaussian(_cascade.Parameters, seed: 1);
        _coefficients = Inputs.Zeros(_cascade.Pairs * PairCoefficients.PerPair);
        PairCoefficients.Forward<float>(_cascade, raw.Span, _coefficients.Span);
        _embeddings = Inputs.Gaussian(Embeddings * Shape.Input, seed: 2);
        _states = Inputs.Zeros(Embeddings * 2 * Shape.Output);
        _dstates = Inputs.Gaussian(Embeddings * 2 * Shape.Output, seed: 3);
        _dembeddings = Inputs.Zeros(Embeddings * Shape.Input);
        _dcoefficients = Inputs.Zeros(_coefficients.Length);
        _weights = Inputs.Gaussian(Shape.Output * Shape.Input, seed: 4);
        _bias = Inputs.Gaussian(Shape.Output, seed: 5);
        _outputs = Inputs.Zeros(Embeddings * Shape.Output);
        Verify();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Embeddings)]
    public void LinearHead()
    {
        for (int row = 0; row < Embeddings; row++) _bias.Span.CopyTo(_outputs.Span[(row * Shape.Output)..]);
        MatrixView<float> rows = new(_embeddings.Span, Embeddings, Shape.Input), weights = new(_weights.Span, Shape.Output, Shape.Input);
        Gemm.Multiply(WorkerPool.Single, rows, weights.Transposed, _outputs.Span, Shape.Output, accumulate: true);
    }

    [Benchmark(OperationsPerInvoke = Embeddings)]
    public void Forward() => Compression.Forward<float>(WorkerPool.Single, _cascade, _coefficients.Span, _embeddings.Span, _states.Span);

    [Benchmark(OperationsPerInvoke = Embeddings)]
    public void Backward() => Compression.Backward<float>(
        WorkerPool.Single, _cascade, _coefficients.Span, _embeddings.Span, _dstates.Span, _dembeddings.Span, _dcoefficients.Span);

    [Benchmark(OperationsPerInvoke = Embeddings)]
    public void ForwardAndBackward()
    {
        Forward();
        Backward();
    }

    private void Verify()
    {
        ForwardAndBackward();
        LinearHead();
        double[] coefficients = Inputs.Wide(_coefficients.Span), embeddings = Inputs.Wide(_embeddings.Span);
        // Where an outcome is nearly certain, x = sqrt(1 - z^2) turns an error of 1e-7 in z into one of 1e-4.
        Check.Close(nameof(Forward), _states.Span, Naive(coefficients, embeddings), 2e-3);
        Check.Gradient(nameof(Backward), at => Check.Dot(Naive(coefficients, at), _dstates.Span), embeddings, _dembeddings.Span);
        Check.Gradient(nameof(Backward), at => Check.Dot(Naive(at, embeddings), _dstates.Span), coefficients, _dcoefficients.Span);
        Check.Close(nameof(LinearHead), _outputs.Span, LinearOracle.Rows(embeddings, Inputs.Wide(_weights.Span), Inputs.Wide(_bias.Span)));
    }

    /// <summary>Bloch form, one pair after another, all embeddings.</summary>
    private double[] Naive(double[] coefficients, double[] embeddings)
    {
        double[] states = new double[Embeddings * 2 * Shape.Output], xs = new double[Shape.Input], zs = new double[Shape.Input];
        for (int row = 0; row < Embeddings; row++)
        {
            for (int i = 0; i < Shape.Input; i++)
            {
                double angle = Math.PI / 2 * (1 + Math.Tanh(embeddings[(row * Shape.Input) + i]));
                (xs[i], zs[i]) = (-Math.Sin(angle), Math.Cos(angle));
            }
            Compress(coefficients, xs, zs);
            xs.AsSpan(0, Shape.Output).CopyTo(states.AsSpan(row * 2 * Shape.Output));
            zs.AsSpan(0, Shape.Output).CopyTo(states.AsSpan((row * 2 * Shape.Output) + Shape.Output));
        }
        return states;
    }

    private void Compress(double[] coefficients, double[] xs, double[] zs)
    {
        int current = Shape.Input, start = 0;
        foreach (int width in _cascade.Widths)
        {
            for (int j = 0; j < width; j++)
            {
                int target = current - (2 * width) + j, control = target + width;
                double Coefficient(int row) => coefficients[start + (row * width) + j];
                double z0 = (Coefficient(0) * xs[target]) + (Coefficient(1) * zs[target]);
                double z1 = (Coefficient(2) * xs[target]) + (Coefficient(3) * zs[target]);
                double zc = (Coefficient(4) * xs[control]) + (Coefficient(5) * zs[control]);
                zs[target] = (((1 + zc) * z0) + ((1 - zc) * z1)) / 2;
                xs[target] = Math.Sqrt(1 - (zs[target] * zs[target]));
            }
            start += width * PairCoefficients.PerPair;
            current -= width;
        }
    }
}
