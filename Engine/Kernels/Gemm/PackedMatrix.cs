using System.Numerics;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>A right operand of Gemm that is packed once and used many times: the weights of a model that only computes.</summary>
/// <remarks>
/// For each <see cref="Depth"/> rows in turn, panels of <see cref="PanelWidth"/> columns; the last panel is filled up with
/// zeros. The order depends on the lane width of the process, so it is never stored.
/// </remarks>
internal sealed class PackedMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Rows of the matrix that a tile goes along before it is written: 12 x 256 floats of A and 256 x 32 of B stay in the first-level
    /// cache.
    /// </summary>
    internal const int Depth = 256;

    private readonly AlignedBuffer<T> _panels;

    /// <summary>Packs a matrix.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="matrix">[k, n]; copied.</param>
    public PackedMatrix(WorkerPool workers, MatrixView<T> matrix)
    {
        (Rows, Columns) = (matrix.Rows, matrix.Columns);
        _panels = new AlignedBuffer<T>(checked(Rows * PaddedColumns(Columns)));
        Pack(workers, matrix);
    }

    /// <summary>k.</summary>
    public int Rows { get; }

    /// <summary>n.</summary>
    public int Columns { get; }

    /// <summary>Columns of a panel: two lanes.</summary>
    internal static int PanelWidth => 2 * Tier.LaneCount<T>();

    internal ReadOnlySpan<T> Panels => _panels.Span;

    /// <summary>Packs other values of the same shape.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="matrix">[k, n]; copied.</param>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public void Pack(WorkerPool workers, MatrixView<T> matrix)
    {
        if (matrix.Rows != Rows || matrix.Columns != Columns)
            throw new ArgumentException($"expected [{Rows}, {Columns}], found [{matrix.Rows}, {matrix.Columns}]", nameof(matrix));
        PackBody body = new(matrix.Transposed, _panels.Span);
        workers.For((Columns + PanelWidth - 1) / PanelWidth, ref body);
    }

    /// <summary>Reads columns back, as they were packed.</summary>
    /// <param name="column">The first.</param>
    /// <param name="lines">[columns, k]: every column as a line; filled.</param>
    /// <exception cref="ArgumentException">There are not as many columns, or the last line is cut off.</exception>
    public void CopyColumnsTo(int column, Span<T> lines)
    {
        int count = Require.Rows<T>(lines, Rows);
        Require.Range(column, 0, Columns - count);
        for (int line = 0; line < count;)
        {
            int panel = (column + line) / PanelWidth * PanelWidth, first = column + line - panel;
            int width = Math.Min(PanelWidth - first, count - line);
            CopyPanelTo(panel, first, width, lines.Slice(line * Rows, width * Rows));
            line += width;
        }
    }

    private void CopyPanelTo(int panel, int first, int width, Span<T> lines)
    {
        for (int step = 0; step < Rows; step += Depth)
        {
            int depth = Math.Min(Depth, Rows - step);
            ReadOnlySpan<T> packed = Panels.Slice((step * PaddedColumns(Columns)) + (panel * depth), depth * PanelWidth);
            // What was transposed into the panel is transposed out of it.
            GemmPacking.Transpose(new MatrixView<T>(packed, depth, PanelWidth), 0, first, depth, width, ref lines[step], Rows);
        }
    }

    /// <summary>Columns of all panels together.</summary>
    internal static int PaddedColumns(int columns) => (columns + PanelWidth - 1) / PanelWidth * PanelWidth;

    /// <summary>Packs one panel of B at all depths.</summary>
    /// <param name="lines">B transposed.</param>
    /// <param name="column">First column of the panel.</param>
    /// <param name="first">First row of B.</param>
    /// <param name="rows">Rows of B.</param>
    /// <param name="panels">Where the panels of these rows go.</param>
    /// <param name="slot">First column of this panel among the panels.</param>
    /// <param name="columns">Columns of all panels, padded.</param>
    internal static void PackPanel(MatrixView<T> lines, int column, int first, int rows, Span<T> panels, int slot, int columns)
    {
        int width = PanelWidth;
        for (int step = 0; step < rows; step += Depth)
        {
            int depth = Math.Min(Depth, rows - step);
            GemmPacking.Pack(lines, column, first + step, depth, width, panels.Slice((step * columns) + (slot * depth), depth * width));
        }
    }

    private readonly ref struct PackBody(MatrixView<T> lines, Span<T> panels) : IParallelBody
    {
        private readonly MatrixView<T> _lines = lines;
        private readonly Span<T> _panels = panels;

        public void Invoke(int panel) =>
            PackPanel(_lines, panel * PanelWidth, 0, _lines.Columns, _panels, panel * PanelWidth, PaddedColumns(_lines.Rows));
    }
}
