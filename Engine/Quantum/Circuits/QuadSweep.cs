using System.Numerics;
using System.Runtime.CompilerServices;
using QEngine.Simd;

namespace QEngine.Quantum;

/// <summary>A pass of a constant unitary of two qubits over states.</summary>
internal static class QuadSweep<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Multiplies a state.</summary>
    /// <param name="quads">The rows that the unitary mixes.</param>
    /// <param name="matrix">[4, 4] complex numbers.</param>
    /// <param name="back">Whether by the inverse, which is the conjugate transpose.</param>
    /// <param name="state">The state's first number.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Apply(QuadRows quads, ReadOnlySpan<double> matrix, bool back, ref T state)
    {
        for (int group = 0; group < quads.Count; group++)
        {
            int row0 = quads.Zero(group), row1 = row0 ^ quads.SecondFlip, row2 = row0 ^ quads.FirstFlip, row3 = row2 ^ quads.SecondFlip;
            Amplitude<TLane, T> a = new(ref state, row0), b = new(ref state, row1), c = new(ref state, row2), d = new(ref state, row3);
            Combine(matrix, 0, back, a, b, c, d).Store(ref state, row0);
            Combine(matrix, 1, back, a, b, c, d).Store(ref state, row1);
            Combine(matrix, 2, back, a, b, c, d).Store(ref state, row2);
            Combine(matrix, 3, back, a, b, c, d).Store(ref state, row3);
        }
    }

    /// <summary>A row of the matrix, or of its inverse, times the four amplitudes.</summary>
    private static Amplitude<TLane, T> Combine(
        ReadOnlySpan<double> matrix, int row, bool back, in Amplitude<TLane, T> a, in Amplitude<TLane, T> b, in Amplitude<TLane, T> c,
        in Amplitude<TLane, T> d)
    {
        Amplitude<TLane, T> sum = Add(default, matrix, row, 0, back, a);
        sum = Add(sum, matrix, row, 1, back, b);
        sum = Add(sum, matrix, row, 2, back, c);
        return Add(sum, matrix, row, 3, back, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Amplitude<TLane, T> Add(
        in Amplitude<TLane, T> sum, ReadOnlySpan<double> matrix, int row, int column, bool back, in Amplitude<TLane, T> amplitude)
    {
        int element = 2 * (back ? (4 * column) + row : (4 * row) + column);
        return sum.Plus(matrix[element], back ? -matrix[element + 1] : matrix[element + 1], amplitude);
    }
}
