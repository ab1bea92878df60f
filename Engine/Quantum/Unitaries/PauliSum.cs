using System.Numerics;

namespace QEngine.Quantum;

/// <summary>
/// Sums H = sum of theta[P] P over all strings of n Pauli matrices but the identity, in the order of their letters: IX, IY, IZ, XI, ..., ZZ
/// for two. H = A + iB is kept as the real symmetric matrix [[A, -B], [B, A]], whose functions are those of H in the same form.
/// </summary>
internal static class PauliSum
{
    /// <summary>The most qubits, whose matrices have 128 rows.</summary>
    public const int MaxQubits = 7;

    /// <summary>How many strings, 4^n - 1.</summary>
    /// <param name="qubits">n.</param>
    public static int Strings(int qubits) => (1 << (2 * qubits)) - 1;

    /// <summary>The matrix of a sum.</summary>
    /// <param name="qubits">n.</param>
    /// <param name="theta">[4^n - 1].</param>
    /// <param name="matrix">[2 2^n, 2 2^n].</param>
    public static void Fill<T>(int qubits, ReadOnlySpan<T> theta, Span<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = 1 << qubits, width = 2 * n;
        matrix.Clear();
        for (int k = 0; k < theta.Length; k++)
        {
            PauliRows pauli = new(qubits, k + 1);
            for (int column = 0; column < n; column++)
            {
                int row = column ^ pauli.Flips;
                T value = pauli.IsNegative(column) ? -theta[k] : theta[k];
                if (!pauli.IsImaginary)
                {
                    matrix[(row * width) + column] += value;
                    matrix[((row + n) * width) + column + n] += value;
                }
                else
                {
                    matrix[((row + n) * width) + column] += value;
                    matrix[(row * width) + column + n] -= value;
                }
            }
        }
    }

    /// <summary>The gradient of the coefficients from that of the matrix.</summary>
    /// <param name="qubits">n.</param>
    /// <param name="dmatrix">[2 2^n, 2 2^n].</param>
    /// <param name="dtheta">[4^n - 1], added to.</param>
    public static void AddGradients<T>(int qubits, ReadOnlySpan<T> dmatrix, Span<T> dtheta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = 1 << qubits, width = 2 * n;
        for (int k = 0; k < dtheta.Length; k++)
        {
            PauliRows pauli = new(qubits, k + 1);
            T sum = T.Zero;
            for (int column = 0; column < n; column++)
            {
                int row = column ^ pauli.Flips;
                T value = pauli.IsImaginary
                    ? dmatrix[((row + n) * width) + column] - dmatrix[(row * width) + column + n]
                    : dmatrix[(row * width) + column] + dmatrix[((row + n) * width) + column + n];
                sum += pauli.IsNegative(column) ? -value : value;
            }
            dtheta[k] += sum;
        }
    }

    /// <summary>
    /// A string by what it does: it takes the state j to i^(number of Y) (-1)^(bits of j with Z or Y) times the state j with the bits of X
    /// and Y flipped.
    /// </summary>
    private readonly struct PauliRows
    {
        private readonly int _signs, _ys;

        /// <param name="qubits">Letters.</param>
        /// <param name="letters">Two bits a letter, the first the most significant: 0 to 3 for I, X, Y, Z.</param>
        public PauliRows(int qubits, int letters)
        {
            for (int q = 0; q < qubits; q++)
            {
                int letter = letters >> (2 * q) & 3;
                if (letter is 1 or 2) Flips |= 1 << q;
                if (letter is 2 or 3) _signs |= 1 << q;
            }
            _ys = BitOperations.PopCount((uint)(Flips & _signs));
        }

        public int Flips { get; }

        public bool IsImaginary => _ys % 2 != 0;

        public bool IsNegative(int state) => (_ys / 2 + BitOperations.PopCount((uint)(state & _signs))) % 2 != 0;
    }
}
