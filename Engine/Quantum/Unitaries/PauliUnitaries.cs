using System.Numerics;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>
/// Unitaries U = exp(i sum of theta[P] P) over all Pauli strings of up to seven qubits, any of SU(2^n), as real matrices
/// [[Re U, -Im U], [Im U, Re U]] that a state of real parts and then imaginary ones is multiplied by.
/// </summary>
/// <remarks>
/// With the symmetric matrix S of the sum (<see cref="PauliSum"/>) and its eigenvectors, the rows of V, the first 2^n columns are those of
/// cos S = V^T cos(values) V, plus i times those of sin S. Gradient (Daleckii and Krein, 1965): that of f(S) becomes
/// dS = V^T ((V df V^T) * D) V with the divided differences D[i, j] = (f(a) - f(b)) / (a - b) of the values, here without a difference of
/// near numbers: sin m (cos m) times sin(d) / d, m = (a + b) / 2 and d = (a - b) / 2.
/// </remarks>
internal static class PauliUnitaries
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="qubits">n, from 1 to <see cref="PauliSum.MaxQubits"/>.</param>
    /// <param name="theta">[matrices, 4^n - 1].</param>
    /// <param name="y">[matrices, 2 2^n, 2 2^n].</param>
    /// <param name="values">[matrices, 2 2^n], receives the eigenvalues.</param>
    /// <param name="vectors">[matrices, 2 2^n, 2 2^n], receives the eigenvectors.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    /// <exception cref="QEngineException">A number is not finite.</exception>
    public static void Forward<T>(
        WorkerPool workers, int qubits, ReadOnlySpan<T> theta, Span<T> y, Span<T> values, Span<T> vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int matrices = Check(qubits, theta), width = 2 << qubits, length = width * width, strings = PauliSum.Strings(qubits);
        Require.Elements<T>(y, (long)matrices * length);
        Require.Elements<T>(values, (long)matrices * width);
        Require.Elements<T>(vectors, (long)matrices * length);
        Require.Apart(y, theta, values, vectors);
        Require.Apart(values, theta, vectors);
        Require.Apart(vectors, theta);
        Span<T> sum = Scratch<Sum, T>.Rent(length);
        for (int i = 0; i < matrices; i++)
        {
            Span<T> ownValues = values.Slice(i * width, width), ownVectors = vectors.Slice(i * length, length);
            PauliSum.Fill(qubits, theta.Slice(i * strings, strings), sum);
            SymmetricEigen.Decompose(workers, sum, width, ownValues, ownVectors);
            Fill(workers, width, ownValues, ownVectors, y.Slice(i * length, length));
        }
    }

    /// <summary>Backward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="qubits">n.</param>
    /// <param name="values">[matrices, 2 2^n], from the forward pass.</param>
    /// <param name="vectors">[matrices, 2 2^n, 2 2^n], from the forward pass.</param>
    /// <param name="dy">[matrices, 2 2^n, 2 2^n].</param>
    /// <param name="dtheta">[matrices, 4^n - 1], added to.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or dtheta overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, int qubits, ReadOnlySpan<T> values, ReadOnlySpan<T> vectors, ReadOnlySpan<T> dy, Span<T> dtheta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int matrices = Check<T>(qubits, dtheta), width = 2 << qubits, length = width * width, strings = PauliSum.Strings(qubits);
        Require.Elements(values, (long)matrices * width);
        Require.Elements(vectors, (long)matrices * length);
        Require.Elements(dy, (long)matrices * length);
        Require.Apart(dtheta, values, vectors, dy);
        Span<T> dsum = Scratch<Sum, T>.Rent(length);
        for (int i = 0; i < matrices; i++)
        {
            ReadOnlySpan<T> ownVectors = vectors.Slice(i * length, length);
            Differentiate(workers, width, values.Slice(i * width, width), ownVectors, dy.Slice(i * length, length), dsum);
            PauliSum.AddGradients(qubits, dsum, dtheta.Slice(i * strings, strings));
        }
    }

    private static int Check<T>(int qubits, ReadOnlySpan<T> theta)
    {
        Require.Range(qubits, 1, PauliSum.MaxQubits);
        return Require.Rows(theta, PauliSum.Strings(qubits));
    }

    /// <summary>The first half of the columns by products, the other half of the same numbers.</summary>
    private static void Fill<T>(WorkerPool workers, int width, ReadOnlySpan<T> values, ReadOnlySpan<T> vectors, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = width / 2;
        Span<T> all = Scratch<Products, T>.Rent(4 * width * n);
        Span<T> scaledByCos = all[..(width * n)], scaledBySin = all.Slice(width * n, width * n);
        Span<T> cosines = all.Slice(2 * width * n, width * n), sines = all[(3 * width * n)..];
        for (int i = 0; i < width; i++)
        {
            (T sin, T cos) = T.SinCos(values[i]);
            for (int j = 0; j < n; j++)
            {
                scaledByCos[(i * n) + j] = cos * vectors[(i * width) + j];
                scaledBySin[(i * n) + j] = sin * vectors[(i * width) + j];
            }
        }
        MatrixView<T> columns = new MatrixView<T>(vectors, width, width).Transposed;
        Gemm.Multiply(workers, columns, new MatrixView<T>(scaledByCos, width, n), cosines, n, accumulate: false);
        Gemm.Multiply(workers, columns, new MatrixView<T>(scaledBySin, width, n), sines, n, accumulate: false);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                T real = cosines[(i * n) + j] - sines[((i + n) * n) + j], imaginary = cosines[((i + n) * n) + j] + sines[(i * n) + j];
                y[(i * width) + j] = y[((i + n) * width) + j + n] = real;
                y[((i + n) * width) + j] = imaginary;
                y[(i * width) + j + n] = -imaginary;
            }
        }
    }

    /// <summary>The gradient of S.</summary>
    private static void Differentiate<T>(
        WorkerPool workers, int width, ReadOnlySpan<T> values, ReadOnlySpan<T> vectors, ReadOnlySpan<T> dy, Span<T> dsum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = width / 2, length = width * width;
        Span<T> all = Scratch<Products, T>.Rent((4 * width * n) + (2 * length));
        Span<T> dcosines = all[..(width * n)], dsines = all.Slice(width * n, width * n), part = all.Slice(2 * width * n, width * n);
        Span<T> ofCosines = all.Slice(4 * width * n, length), ofSines = all[((4 * width * n) + length)..];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                T real = dy[(i * width) + j] + dy[((i + n) * width) + j + n];
                T imaginary = dy[((i + n) * width) + j] - dy[(i * width) + j + n];
                (dcosines[(i * n) + j], dcosines[((i + n) * n) + j]) = (real, imaginary);
                (dsines[(i * n) + j], dsines[((i + n) * n) + j]) = (imaginary, -real);
            }
        }
        MatrixView<T> rows = new(vectors, width, width), left = new MatrixView<T>(vectors, width, n, width).Transposed;
        Gemm.Multiply(workers, rows, new MatrixView<T>(dcosines, width, n), part, n, accumulate: false);
        Gemm.Multiply(workers, new MatrixView<T>(part, width, n), left, ofCosines, width, accumulate: false);
        Gemm.Multiply(workers, rows, new MatrixView<T>(dsines, width, n), part, n, accumulate: false);
        Gemm.Multiply(workers, new MatrixView<T>(part, width, n), left, ofSines, width, accumulate: false);
        for (int i = 0; i < width; i++)
        {
            for (int j = 0; j < width; j++)
            {
                T half = (values[i] - values[j]) / (T.One + T.One);
                (T sin, T cos) = T.SinCos(values[j] + half);
                int at = (i * width) + j;
                ofCosines[at] = SinOver(half) * ((cos * ofSines[at]) - (sin * ofCosines[at]));
            }
        }
        Gemm.Multiply(workers, new MatrixView<T>(ofCosines, width, width), rows, ofSines, width, accumulate: false);
        Gemm.Multiply(workers, rows.Transposed, new MatrixView<T>(ofSines, width, width), dsum, width, accumulate: false);
    }

    /// <summary>sin(x) / x, 1 at 0.</summary>
    internal static T SinOver<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x == T.Zero ? T.One : T.Sin(x) / x;

    private readonly struct Sum;

    private readonly struct Products;
}
