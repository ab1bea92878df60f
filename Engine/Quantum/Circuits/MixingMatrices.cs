using System.Numerics;
using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>
/// Doubly stochastic matrices of a <see cref="MixingCircuit"/> whose angles are trained numbers times the elements of a matrix, which are
/// taken again from the first where there are more angles.
/// </summary>
/// <remarks>The circuit runs once for every column of U.</remarks>
internal static class MixingMatrices
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="mixing">The circuit of n rows and columns.</param>
    /// <param name="x">[matrices, n, n].</param>
    /// <param name="factors">[angles].</param>
    /// <param name="y">[matrices, n, n].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or y overlaps another argument.</exception>
    public static void Forward<T>(WorkerPool workers, MixingCircuit mixing, ReadOnlySpan<T> x, ReadOnlySpan<T> factors, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = mixing.Size, matrices = Check(mixing, x, factors);
        Require.Elements<T>(y, x.Length);
        Require.Apart(y, x, factors);
        Span<T> results = Scratch<Results, T>.Rent((matrices << mixing.Qubits) * n);
        CircuitSimulation.Forward(workers, mixing.Circuit, matrices << mixing.Qubits, Inputs(mixing, x, factors), default, results);
        T share = T.CreateTruncating(Math.ScaleB(1, -mixing.Auxiliary));
        y.Clear();
        for (int row = 0; row < matrices << mixing.Qubits; row++)
        {
            (int first, int column) = Place(mixing, row);
            for (int i = 0; i < n; i++) y[first + (i * n) + column] += share * results[(row * n) + i];
        }
    }

    /// <summary>Backward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="mixing">The circuit.</param>
    /// <param name="x">[matrices, n, n].</param>
    /// <param name="factors">[angles].</param>
    /// <param name="dy">[matrices, n, n].</param>
    /// <param name="dx">[matrices, n, n], added to; empty if not wanted.</param>
    /// <param name="dfactors">[angles], added to; empty if not wanted.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or a gradient overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, MixingCircuit mixing, ReadOnlySpan<T> x, ReadOnlySpan<T> factors, ReadOnlySpan<T> dy, Span<T> dx,
        Span<T> dfactors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = mixing.Size, matrices = Check(mixing, x, factors), rows = matrices << mixing.Qubits, inputs = mixing.Circuit.Inputs;
        Require.Elements(dy, x.Length);
        Require.ElementsOrNone<T>(dx, x.Length);
        Require.ElementsOrNone<T>(dfactors, factors.Length);
        Require.Apart(dx, x, factors, dy, dfactors);
        Require.Apart(dfactors, x, factors, dy);
        Span<T> dresults = Scratch<Results, T>.Rent(rows * n), dinputs = Scratch<InputGradients, T>.Rent(rows * inputs);
        T share = T.CreateTruncating(Math.ScaleB(1, -mixing.Auxiliary));
        for (int row = 0; row < rows; row++)
        {
            (int first, int column) = Place(mixing, row);
            for (int i = 0; i < n; i++) dresults[(row * n) + i] = share * dy[first + (i * n) + column];
        }
        dinputs.Clear();
        CircuitSimulation.Backward(workers, mixing.Circuit, rows, Inputs(mixing, x, factors), default, dresults, dinputs, default);
        for (int row = 0; row < rows; row++)
        {
            int first = (row >> mixing.Qubits) * n * n;
            ReadOnlySpan<T> dangles = dinputs.Slice((row * inputs) + mixing.Qubits, mixing.Angles);
            for (int a = 0; a < dangles.Length; a++)
            {
                int element = first + (a % (n * n));
                if (!dx.IsEmpty) dx[element] += factors[a] * dangles[a];
                if (!dfactors.IsEmpty) dfactors[a] += x[element] * dangles[a];
            }
        }
    }

    /// <summary>The circuit's inputs for the first matrix and the state of zeros.</summary>
    /// <param name="mixing">The circuit.</param>
    /// <param name="x">[matrices, n, n], at least one.</param>
    /// <param name="factors">[angles].</param>
    /// <param name="inputs">[qubits + angles].</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public static void FirstInputs<T>(MixingCircuit mixing, ReadOnlySpan<T> x, ReadOnlySpan<T> factors, Span<T> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(mixing, x, factors);
        Require.Elements<T>(inputs, mixing.Circuit.Inputs);
        Inputs(mixing, x[..(mixing.Size * mixing.Size)], factors)[..inputs.Length].CopyTo(inputs);
    }

    private static int Check<T>(MixingCircuit mixing, ReadOnlySpan<T> x, ReadOnlySpan<T> factors)
    {
        Require.Elements(factors, mixing.Angles);
        return Require.Rows(x, mixing.Size * mixing.Size);
    }

    /// <summary>Where the matrix of a row of the batch starts, and the column of it that the row's start state belongs to.</summary>
    private static (int First, int Column) Place(MixingCircuit mixing, int row) =>
        ((row >> mixing.Qubits) * mixing.Size * mixing.Size, (row & ((1 << mixing.Qubits) - 1)) >> mixing.Auxiliary);

    /// <summary>[matrices 2^qubits, qubits + angles]: every basis state to start from, for the angles of every matrix.</summary>
    private static Span<T> Inputs<T>(MixingCircuit mixing, ReadOnlySpan<T> x, ReadOnlySpan<T> factors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int qubits = mixing.Qubits, length = mixing.Size * mixing.Size, columns = mixing.Circuit.Inputs, rows = x.Length / length << qubits;
        Span<T> inputs = Scratch<CircuitInputs, T>.Rent(rows * columns);
        for (int row = 0; row < rows; row++)
        {
            Span<T> own = inputs.Slice(row * columns, columns);
            for (int q = 0; q < qubits; q++) own[q] = ((row >> (qubits - 1 - q)) & 1) == 1 ? T.Pi : T.Zero;
            int first = (row >> qubits) * length;
            for (int a = 0; a < factors.Length; a++) own[qubits + a] = factors[a] * x[first + (a % length)];
        }
        return inputs;
    }

    private readonly struct CircuitInputs;

    private readonly struct InputGradients;

    private readonly struct Results;
}
