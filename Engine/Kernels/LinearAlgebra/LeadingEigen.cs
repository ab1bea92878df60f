using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>The largest eigenvalues of a symmetric matrix without negative ones, as covariances are, and their eigenvectors.</summary>
/// <remarks>
/// Subspace iteration with the projection of Rayleigh and Ritz on a block of somewhat more directions than are wanted, filtered by
/// Chebyshev polynomials that damp the eigenvalues below the block's (Zhou, Saad, Tiago and Chelikowsky, 2006): a few hundred products of
/// the matrix with the block. Where the block would be half of the space or more, all eigenvectors are computed
/// (<see cref="SymmetricEigen"/>).
/// </remarks>
internal static class LeadingEigen
{
    private const int MaxRounds = 100, MaxDegree = 10;

    // A filter that lifts one direction of a block above another by more than this would leave rounding of the lower one.
    private const double MaxGain = 1e8;

    // Done once a round adds less than this share to the sum of the wanted values.
    private const double Tolerance = 1e-10;

    // Eigenvalues below this share of the maximum are rounding.
    private const double Negligible = 1e-14;

    // Fixed: the block's first directions are no choice of the user's.
    private const ulong Seed = 0x9CA;

    /// <summary>Computes the leading eigenvectors.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="matrix">[size, size], symmetric, finite, without negative eigenvalues beyond rounding.</param>
    /// <param name="size">Rows of the matrix.</param>
    /// <param name="values">[k], receives the largest eigenvalues, descending; k from 1 to <paramref name="size"/>.</param>
    /// <param name="vectors">[k, size], receives their eigenvectors, orthonormal rows of arbitrary sign.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Decompose(WorkerPool workers, ReadOnlySpan<double> matrix, int size, Span<double> values, Span<double> vectors)
    {
        Require.Elements(matrix, (long)size * size);
        Require.Range(values.Length, 1, size, nameof(values));
        Require.Elements(vectors, (long)values.Length * size);
        Require.Apart(values, matrix, vectors);
        Require.Apart(vectors, matrix);
        int count = values.Length;
        int block = count + Math.Max(16, count / 4);
        if (2 * block < size) Iterate(new Block(workers, matrix, size, block), values, vectors);
        else All(workers, matrix, size, values, vectors);
    }

    private static void All(WorkerPool workers, ReadOnlySpan<double> matrix, int size, Span<double> values, Span<double> vectors)
    {
        double[] allValues = new double[size];
        double[] allVectors = new double[size * size];
        SymmetricEigen.Decompose<double>(workers, matrix[..(size * size)].ToArray(), size, allValues, allVectors);
        allValues.AsSpan(0, values.Length).CopyTo(values);
        allVectors.AsSpan(0, vectors.Length).CopyTo(vectors);
    }

    private static void Iterate(Block block, Span<double> values, Span<double> vectors)
    {
        double captured = 0;
        for (int round = 0; ; round++)
        {
            block.Project();
            double before = captured;
            captured = 0;
            foreach (double value in block.Values.AsSpan(0, values.Length)) captured += value;
            if (captured - before <= Tolerance * captured || round == MaxRounds) break;
            // The first rounds know the eigenvalues too little to choose.
            block.Filter(round < 2 ? 1 : Degree(block.Values[0], block.Edge));
        }
        block.Values.AsSpan(0, values.Length).CopyTo(values);
        block.Directions.AsSpan(0, vectors.Length).CopyTo(vectors);
    }

    /// <summary>The degree at which the filter lifts the first direction <see cref="MaxGain"/> times as much as the last.</summary>
    private static int Degree(double first, double edge) =>
        Math.Clamp((int)(Math.Log(2 * MaxGain) / Math.Acosh((2 * first / edge) - 1)), 1, MaxDegree);

    /// <summary>An orthonormal block of directions, their images under the matrix and their Ritz values.</summary>
    private sealed class Block
    {
        private readonly PackedMatrix<double> _matrix;
        private readonly WorkerPool _workers;
        private readonly int _size, _count;
        private readonly double[] _projected, _rotation;
        private double[] _images, _spare;
        private SplittableRandom _random = new(Seed);

        public Block(WorkerPool workers, ReadOnlySpan<double> matrix, int size, int count)
        {
            (_size, _count, _workers) = (size, count, workers);
            _matrix = new PackedMatrix<double>(workers, new MatrixView<double>(matrix, size, size));
            (Directions, _images, _spare) = (new double[count * size], new double[count * size], new double[count * size]);
            (_projected, _rotation, Values) = (new double[count * count], new double[count * count], new double[count]);
            foreach (ref double value in Directions.AsSpan()) value = _random.NextGaussian();
            OrthonormalRows.Run<double>(workers, Directions, count, size, ref _random);
        }

        /// <summary>[count, size].</summary>
        public double[] Directions { get; private set; }

        /// <summary>[count], descending.</summary>
        public double[] Values { get; }

        /// <summary>What the filter damps goes up to here.</summary>
        public double Edge => Math.Max(Values[^1], Negligible * Values[0]);

        /// <summary>Rotates the block so that its directions are eigenvectors as far as the block allows.</summary>
        public void Project()
        {
            Apply(Directions, _images);
            MatrixView<double> directions = new(Directions, _count, _size);
            Gemm.Multiply(
                _workers, new MatrixView<double>(_images, _count, _size), directions.Transposed, _projected, _count, accumulate: false);
            SymmetricEigen.Decompose<double>(_workers, _projected, _count, Values, _rotation);
            Directions = Rotate(Directions);
            _images = Rotate(_images);
        }

        /// <summary>Applies the Chebyshev polynomial of a degree over [0, a], a being the edge: small there, it grows fast above.</summary>
        public void Filter(int maxDegree)
        {
            // With L = 2 C / a - 1: T0 = Q, T1 = L Q, T(j+1) = 2 L T(j) - T(j-1).
            double scale = 2 / Edge;
            double[] before = Directions, current = _images, next = _spare;
            Elementwise.Apply(_workers, new Combination(scale, -1, 0), before, before, current, current);
            for (int degree = 1; degree < maxDegree; degree++)
            {
                Apply(current, next);
                Elementwise.Apply(_workers, new Combination(2 * scale, -2, -1), current, before, next, next);
                (before, current, next) = (current, next, before);
            }
            OrthonormalRows.Run<double>(_workers, current, _count, _size, ref _random);
            (Directions, _images, _spare) = (current, before, next);
        }

        private void Apply(double[] rows, double[] images) =>
            Gemm.Multiply(
                _workers, new MatrixView<double>(rows, _count, _size), _matrix, images, _size, accumulate: false,
                default(NoEpilogue<double>));

        private double[] Rotate(double[] rows)
        {
            double[] rotated = _spare;
            Gemm.Multiply(
                _workers, new MatrixView<double>(_rotation, _count, _count), new MatrixView<double>(rows, _count, _size), rotated, _size,
                accumulate: false);
            _spare = rows;
            return rotated;
        }
    }

    /// <summary>y = image y + current a + before b.</summary>
    private readonly struct Combination(double image, double current, double before) : ITernary<double>
    {
        public TLane Invoke<TLane>(TLane a, TLane b, TLane y)
            where TLane : struct, ILane<TLane, double> => (TLane.Splat(image) * y) + (TLane.Splat(current) * a) + (TLane.Splat(before) * b);
    }
}
