using BenchmarkDotNet.Attributes;
using QEngine.Memory;
using QEngine.Quantum;
using QEngine.Workers;

namespace QEngine.Benchmarks;

/// <summary>Log-fidelities of queries and candidates as a training step needs them, on one thread; times are those of one pair.</summary>
public class FidelityBenchmarks
{
    private const int Queries = 32;
    private const int Candidates = 32;
    private const int Pairs = Queries * Candidates;

    private readonly int[] _queries = [.. Enumerable.Range(0, Queries)];
    private readonly int[] _candidates = [.. Enumerable.Range(0, Pairs).Select(pair => Queries + (pair % Candidates))];
    private AlignedBuffer<float> _states, _scores, _matrix, _dscores, _dstates;

    /// <summary>Qubits of a state.</summary>
    [Params(64, 256, 768)]
    public int Qubits { get; set; } = 64;

    [GlobalSetup]
    public void Setup()
    {
        _states = States();
        _scores = Inputs.Zeros(Pairs);
        _matrix = Inputs.Zeros(Pairs);
        _dscores = Inputs.Gaussian(Pairs, seed: 2);
        _dstates = Inputs.Zeros(_states.Length);
        Forward();
        AllPairs();
        Backward();
        double[] states = Inputs.Wide(_states.Span);
        Check.Close(nameof(Forward), _scores.Span, Naive(states));
        Check.Close(nameof(AllPairs), _matrix.Span, Naive(states));
        Check.Gradient(nameof(Backward), at => Check.Dot(Naive(at), _dscores.Span), states, _dstates.Span);
    }

    [Benchmark(OperationsPerInvoke = Pairs)]
    public void Forward() => Fidelity.Forward<float>(WorkerPool.Single, _states.Span, Qubits, _queries, _candidates, _scores.Span);

    /// <summary>The same scores as a matrix of queries and documents, as search computes them.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void AllPairs() => FidelityMatrix.Forward<float>(
        WorkerPool.Single, _states.Span[..(Queries * 2 * Qubits)], _states.Span[(Queries * 2 * Qubits)..], Qubits, _matrix.Span);

    [Benchmark(OperationsPerInvoke = Pairs)]
    public void Backward() =>
        Fidelity.Backward<float>(WorkerPool.Single, _states.Span, Qubits, _queries, _candidates, _dscores.Span, _dstates.Span);

    /// <summary>States around a common one, as those of texts are: the angles differ by about half a radian.</summary>
    private AlignedBuffer<float> States()
    {
        AlignedBuffer<float> angles = Inputs.Gaussian((Queries + Candidates) * Qubits, seed: 1);
        AlignedBuffer<float> states = new(2 * angles.Length);
        for (int i = 0; i < angles.Length; i++)
        {
            int row = i / Qubits, qubit = i % Qubits;
            (float sin, float cos) = MathF.SinCos(qubit + (angles.Span[i] / 3));
            states.Span[(row * 2 * Qubits) + qubit] = sin;
            states.Span[(row * 2 * Qubits) + Qubits + qubit] = cos;
        }
        return states;
    }

    private double[] Naive(double[] states)
    {
        double[] scores = new double[Pairs];
        for (int pair = 0; pair < Pairs; pair++)
        {
            int u = _queries[pair / Candidates] * 2 * Qubits, v = _candidates[pair] * 2 * Qubits;
            for (int i = 0; i < Qubits; i++)
            {
                double dx = states[u + i] - states[v + i], dz = states[u + Qubits + i] - states[v + Qubits + i];
                scores[pair] += Math.Log(1 - (((dx * dx) + (dz * dz)) / 4));
            }
        }
        return scores;
    }
}
