using BenchmarkDotNet.Attributes;
using QEngine.Memory;
using QEngine.Quantum;
using QEngine.Tests.Quantum.Circuits;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>
/// The circuit of QASA, 9 qubits and 110 gates, on one thread, for a batch of 512; times are those of one circuit. Baseline are plain loops
/// over one state after another, gate by gate, with the same adjoint method.
/// </summary>
public class CircuitBenchmarks
{
    private const int Rows = 512;

    private readonly Circuit _circuit = SeedCircuits.Qasa();
    private AlignedBuffer<float> _inputs, _parameters, _results, _dresults, _dinputs, _dparameters;
    private NaiveCircuit _naive = null!;

    [GlobalSetup]
    public void Setup()
    {
        _inputs = Inputs.Gaussian(Rows * _circuit.Inputs, seed: 1);
        _parameters = Inputs.Gaussian(_circuit.Parameters, seed: 2);
        _results = Inputs.Zeros(Rows * _circuit.Outputs);
        _dresults = Inputs.Gaussian(_results.Length, seed: 3);
        _dinputs = Inputs.Zeros(_inputs.Length);
        _dparameters = Inputs.Zeros(_parameters.Length);
        _naive = new NaiveCircuit(_circuit);
        ForwardAndBackward();
        double[] inputs = Inputs.Wide(_inputs.Span), parameters = Inputs.Wide(_parameters.Span);
        double[] results = new double[_results.Length], dinputs = new double[_inputs.Length], dparameters = new double[_parameters.Length];
        _naive.ForwardAndBackward(inputs, parameters, Inputs.Wide(_dresults.Span), results, dinputs, dparameters);
        Check.Close(nameof(Forward), _results.Span, results);
        Check.Close(nameof(ForwardAndBackward), _dinputs.Span, dinputs);
        Check.Close(nameof(ForwardAndBackward), _dparameters.Span, dparameters, 1e-3);
        Check.Gradient(nameof(ForwardAndBackward), at => Check.Dot(_naive.Forward(inputs, at), _dresults.Span), parameters, _dparameters.Span);
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public void Forward() => CircuitSimulation.Forward<float>(
        WorkerPool.Single, _circuit, Rows, _inputs.Span, _parameters.Span, _results.Span);

    /// <summary>Results, and gradients of all inputs and parameters.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public void ForwardAndBackward()
    {
        Forward();
        CircuitSimulation.Backward<float>(
            WorkerPool.Single, _circuit, Rows, _inputs.Span, _parameters.Span, _dresults.Span, _dinputs.Span, _dparameters.Span);
    }

    /// <summary>The same by plain loops in double precision.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = 32)]
    public void Loops()
    {
        double[] inputs = new double[32 * _circuit.Inputs], dresults = new double[32 * _circuit.Outputs];
        _naive.ForwardAndBackward(inputs, new double[_parameters.Length], dresults, new double[dresults.Length], new double[inputs.Length], new double[_parameters.Length]);
    }
}
