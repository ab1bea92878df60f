using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>Decomposes a matrix into a train of cores by singular values, site by site, each cut to the rank that is allowed.</summary>
/// <remarks>
/// Left singular vectors are eigenvectors of A A^T and what is left is U^T A, so that full ranks lose rounding alone. The squared error of
/// two sites is the sum of the squares of the singular values that are cut. Values below 1e-8 of the largest are not told apart.
/// </remarks>
internal static class TensorTrain
{
    /// <summary>Decomposes a matrix.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="shape">The train.</param>
    /// <param name="matrix">[outputs, inputs], finite.</param>
    /// <returns>The cores in order, each [factors of the site, rank behind it, rank before it].</returns>
    /// <exception cref="ArgumentException">The matrix has another size.</exception>
    /// <exception cref="QEngineException">The matrix is not finite.</exception>
    public static double[][] Decompose(WorkerPool workers, TensorTrainShape shape, ReadOnlySpan<double> matrix)
    {
        Require.Elements(matrix, (long)shape.Outputs * shape.Inputs);
        double[] rest = new double[matrix.Length];
        int[] order = shape.Order();
        for (int i = 0; i < order.Length; i++) rest[order[i]] = matrix[i];
        double[][] cores = new double[shape.Sites][];
        for (int site = 0; site < shape.Sites; site++)
        {
            int before = shape.Rank(site), size = shape.SiteSize(site), behind = shape.Rank(site + 1), rows = before * size;
            // [rank behind, rank before and site]: the left singular vectors, or all that is left at the last site.
            double[] left = rest;
            if (site + 1 < shape.Sites)
            {
                left = LeftVectors(workers, rest, rows)[..(behind * rows)];
                double[] next = new double[behind * (rest.Length / rows)];
                MatrixView<double> u = new(left, behind, rows), a = new(rest, rows, rest.Length / rows);
                Gemm.Multiply(workers, u, a, next, rest.Length / rows, accumulate: false);
                rest = next;
            }
            cores[site] = new double[rows * behind];
            for (int i = 0; i < cores[site].Length; i++)
            {
                (int d, int c, int s) = (i / rows, i % rows / size, i % size);
                cores[site][(((s * behind) + d) * before) + c] = left[i];
            }
        }
        return cores;
    }

    /// <summary>Eigenvectors of A A^T in rows, those of the largest values first.</summary>
    private static double[] LeftVectors(WorkerPool workers, double[] matrix, int rows)
    {
        double[] squares = new double[rows * rows], values = new double[rows], vectors = new double[rows * rows];
        MatrixView<double> a = new(matrix, rows, matrix.Length / rows);
        Gemm.Multiply(workers, a, a.Transposed, squares, rows, accumulate: false);
        SymmetricEigen.Decompose(workers, squares, rows, values, vectors);
        return vectors;
    }
}
