using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>The quantum kernel K(x, y) = |&lt;phi(y)|phi(x)&gt;|^2 of the <see cref="ZzFeatureMap"/>.</summary>
internal sealed class ZzKernel
{
    private readonly WorkerPool _workers;
    private readonly Circuit _map;
    private readonly int _features;

    /// <summary>Makes the kernel.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="features">Numbers of a point, as many as qubits, from 1 to <see cref="Circuit.MaxQubits"/>.</param>
    /// <param name="repetitions">Of the map, at least one; published are 2.</param>
    public ZzKernel(WorkerPool workers, int features, int repetitions = 2)
    {
        ArgumentNullException.ThrowIfNull(workers);
        (_workers, _features, _map) = (workers, features, ZzFeatureMap.Create(features, repetitions));
    }

    /// <summary>K of all pairs.</summary>
    /// <param name="x">[points, features].</param>
    /// <param name="y">[other points, features].</param>
    /// <returns>[points, other points].</returns>
    /// <exception cref="ArgumentException">A point is cut off.</exception>
    public double[] Matrix(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double[] phasesOfX = Phases(x), phasesOfY = Phases(y);
        double[] matrix = new double[(long)(x.Length / _features) * (y.Length / _features)];
        StateFidelities.Compute<double>(_workers, _map, phasesOfX, phasesOfY, default, matrix);
        return matrix;
    }

    private double[] Phases(ReadOnlySpan<double> points)
    {
        double[] phases = new double[Require.Rows(points, _features) * PairPhases.Count(_features)];
        PairPhases.Forward(_workers, _features, points, phases);
        return phases;
    }
}
