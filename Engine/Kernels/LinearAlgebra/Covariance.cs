using System.Numerics;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace QEngine.Kernels;

/// <summary>
/// Mean and covariance of rows: the products of a block of rows in single precision, their sum over the blocks in double.
/// </summary>
/// <remarks>
/// The numbers are centred and brought below 4 first, so that neither a large mean nor a large or small unit costs digits.
/// </remarks>
internal static class Covariance
{
    private const int BlockRows = 2048, Strip = 64, Panel = 512, MaxExponent = 126;

    /// <summary>Computes the mean m of rows and C = sum over them of (x - m)(x - m)^T / count.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="x">[n, columns], finite.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="rows">[count], the rows that are meant, at least one.</param>
    /// <param name="mean">[columns], replaced.</param>
    /// <param name="covariance">
    /// [columns, columns], replaced; symmetric to the bit. The product of x's largest number with itself must be finite in double.
    /// </param>
    /// <param name="progress">Called after every block with the share of the rows that is done.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static void Compute(
        WorkerPool workers, ReadOnlySpan<float> x, int columns, ReadOnlySpan<int> rows, Span<double> mean, Span<double> covariance,
        Action<double>? progress = null)
    {
        Require.Range(columns, 1, int.MaxValue);
        int count = Require.Rows(x, columns);
        Require.AtLeast(rows, 1);
        Require.Indices(rows, count);
        Require.Elements(mean, columns);
        Require.Elements(covariance, (long)columns * columns);
        Require.Apart(mean, covariance);
        Span<float> maxima = Scratch<Maxima, float>.Rent(columns);
        Span<float> centre = Scratch<Centre, float>.Rent(columns);
        MeanBody means = new(x, columns, rows, mean, maxima);
        workers.For((columns + Strip - 1) / Strip, ref means);
        TensorPrimitives.ConvertTruncating<double, float>(mean, centre);
        // A power of two, so that scaling is exact.
        int exponent = Math.Min(MaxExponent, -Exponent(TensorPrimitives.Max<float>(maxima)));
        float scale = (float)Math.ScaleB(1, exponent);
        Span<float> block = Scratch<Block, float>.Rent(Math.Min(BlockRows, rows.Length) * columns);
        covariance.Clear();
        for (int first = 0; first < rows.Length; first += BlockRows)
        {
            ReadOnlySpan<int> part = rows.Slice(first, Math.Min(BlockRows, rows.Length - first));
            CentreBody centred = new(x, columns, part, centre, scale, block);
            workers.For(part.Length, ref centred);
            Accumulate(workers, block, part.Length, columns, covariance);
            progress?.Invoke((double)(first + part.Length) / rows.Length);
        }
        FinishBody finish = new(covariance, columns, Math.ScaleB(1.0 / rows.Length, -2 * exponent));
        workers.For(columns, ref finish);
    }

    private static int Exponent(float max) => max == 0 ? 0 : Math.ILogB(max);

    /// <summary>Adds a block's products; of a symmetric matrix the upper triangle, panel by panel, is enough.</summary>
    private static void Accumulate(WorkerPool workers, ReadOnlySpan<float> block, int rows, int columns, Span<double> covariance)
    {
        for (int first = 0; first < columns; first += Panel)
        {
            int height = Math.Min(Panel, columns - first);
            int width = columns - first;
            Span<float> products = Scratch<Products, float>.Rent(height * width);
            MatrixView<float> left = new(block[first..], rows, height, columns);
            MatrixView<float> right = new(block[first..], rows, width, columns);
            Gemm.Multiply(workers, left.Transposed, right, products, width, accumulate: false);
            AddBody add = new(products, width, covariance[((first * columns) + first)..], columns);
            workers.For(height, ref add);
        }
    }

    private readonly struct Maxima;

    private readonly struct Centre;

    private readonly struct Block;

    private readonly struct Products;

    /// <summary>An item is a strip of columns; rows are added in order.</summary>
    private readonly ref struct MeanBody(ReadOnlySpan<float> x, int columns, ReadOnlySpan<int> rows, Span<double> mean, Span<float> maxima)
        : IParallelBody
    {
        private readonly ReadOnlySpan<float> _x = x;
        private readonly ReadOnlySpan<int> _rows = rows;
        private readonly Span<double> _mean = mean;
        private readonly Span<float> _maxima = maxima;

        public void Invoke(int item)
        {
            int start = item * Strip;
            int width = Math.Min(Strip, columns - start);
            Span<double> wide = stackalloc double[Strip];
            Span<double> sums = _mean.Slice(start, width);
            Span<float> maxima = _maxima.Slice(start, width);
            sums.Clear();
            maxima.Clear();
            foreach (int row in _rows)
            {
                ReadOnlySpan<float> values = _x.Slice((row * columns) + start, width);
                TensorPrimitives.ConvertTruncating<float, double>(values, wide);
                TensorPrimitives.Add<double>(sums, wide[..width], sums);
                TensorPrimitives.MaxMagnitude(maxima, values, maxima);
            }
            TensorPrimitives.Divide(sums, _rows.Length, sums);
            TensorPrimitives.Abs(maxima, maxima);
        }
    }

    /// <summary>An item is a row of the block.</summary>
    private readonly ref struct CentreBody(
        ReadOnlySpan<float> x, int columns, ReadOnlySpan<int> rows, ReadOnlySpan<float> centre, float scale, Span<float> block)
        : IParallelBody
    {
        private readonly ReadOnlySpan<float> _x = x, _centre = centre;
        private readonly ReadOnlySpan<int> _rows = rows;
        private readonly Span<float> _block = block;

        public void Invoke(int item)
        {
            Span<float> row = _block.Slice(item * columns, columns);
            TensorPrimitives.Subtract(_x.Slice(_rows[item] * columns, columns), _centre, row);
            TensorPrimitives.Multiply(row, scale, row);
        }
    }

    /// <summary>An item is a row of a panel.</summary>
    private readonly ref struct AddBody(ReadOnlySpan<float> products, int width, Span<double> target, int stride) : IParallelBody
    {
        private readonly ReadOnlySpan<float> _products = products;
        private readonly Span<double> _target = target;

        public void Invoke(int item)
        {
            Span<double> wide = Scratch<Products, double>.Rent(width);
            Span<double> sums = _target.Slice(item * stride, width);
            TensorPrimitives.ConvertTruncating<float, double>(_products.Slice(item * width, width), wide);
            TensorPrimitives.Add<double>(sums, wide, sums);
        }
    }

    /// <summary>An item is a row of the upper triangle: it is scaled and mirrored.</summary>
    private readonly ref struct FinishBody(Span<double> covariance, int columns, double scale) : IParallelBody
    {
        private readonly Span<double> _covariance = covariance;

        public void Invoke(int item)
        {
            for (int column = item; column < columns; column++)
            {
                double value = _covariance[(item * columns) + column] * scale;
                _covariance[(item * columns) + column] = value;
                _covariance[(column * columns) + item] = value;
            }
        }
    }
}
