using System.Numerics;
using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>
/// Fidelities |&lt;u(x)|u(y)&gt;|^2 of the states that a circuit makes of two lists of rows, a quantum kernel (Havlicek et al., arXiv
/// 1804.11326). Every state is made once; the overlaps are matrix products.
/// </summary>
internal static class StateFidelities
{
    /// <summary>All pairs.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="circuit">The circuit; what it measures does not matter.</param>
    /// <param name="x">[rows of x, inputs].</param>
    /// <param name="y">[rows of y, inputs].</param>
    /// <param name="parameters">[parameters].</param>
    /// <param name="fidelities">[rows of x, rows of y].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or the result overlaps another argument.</exception>
    public static void Compute<T>(
        WorkerPool workers, Circuit circuit, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> parameters, Span<T> fidelities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Require.Rows(x, circuit.Inputs), columns = Require.Rows(y, circuit.Inputs), length = 2 << circuit.Qubits;
        Require.Elements<T>(fidelities, (long)rows * columns);
        Require.Apart(fidelities, x, y, parameters);
        Span<T> left = Scratch<Left, T>.Rent(checked(rows * length)), right = Scratch<Right, T>.Rent(checked(columns * length));
        Span<T> imaginary = Scratch<Imaginary, T>.Rent(fidelities.Length);
        CircuitSimulation.States(workers, circuit, rows, x, parameters, left);
        CircuitSimulation.States(workers, circuit, columns, y, parameters, right);
        StateFidelity.Overlaps(workers, left, right, 1 << circuit.Qubits, fidelities, imaginary);
        for (int i = 0; i < fidelities.Length; i++)
            fidelities[i] = (fidelities[i] * fidelities[i]) + (imaginary[i] * imaginary[i]);
    }

    private readonly struct Left;

    private readonly struct Right;

    private readonly struct Imaginary;
}
