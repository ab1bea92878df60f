using System.Numerics;
using System.Runtime.InteropServices;

namespace QEngine.Kernels;

/// <summary>The right operand of Gemm: a matrix still to be packed, or one that is.</summary>
internal readonly ref struct GemmRight<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public GemmRight(MatrixView<T> matrix)
    {
        Lines = matrix.Transposed;
        (Rows, Columns) = (matrix.Rows, matrix.Columns);
    }

    public GemmRight(PackedMatrix<T> matrix)
    {
        Packed = matrix.Panels;
        (IsPacked, Rows, Columns) = (true, matrix.Rows, matrix.Columns);
    }

    /// <summary>B transposed, where it is still to be packed.</summary>
    public MatrixView<T> Lines { get; }

    /// <summary>All panels, where it is packed.</summary>
    public ReadOnlySpan<T> Packed { get; }

    public bool IsPacked { get; }

    public int Rows { get; }

    public int Columns { get; }
}

/// <summary>The result of Gemm.</summary>
internal readonly ref struct GemmTarget<T>(Span<T> elements, int rows, int columns, int stride, bool accumulate)
    where T : unmanaged
{
    public Span<T> Elements { get; } = elements;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public int Stride { get; } = stride;

    public bool Accumulate { get; } = accumulate;

    /// <summary>The first element of a tile that lies within the result.</summary>
    public ref T Tile(int row, int column, int rows, int columns) =>
        ref MemoryMarshal.GetReference(Elements.Slice((row * Stride) + column, ((rows - 1) * Stride) + columns));

    public Span<T> Row(int row, int column, int columns) => Elements.Slice((row * Stride) + column, columns);
}

/// <summary>
/// Panels of B: those of the rows from <paramref name="firstRow"/> and of the columns from <paramref name="firstColumn"/> on.
/// </summary>
internal readonly ref struct GemmPanels<T>(ReadOnlySpan<T> elements, int paddedColumns, int firstRow, int firstColumn)
    where T : unmanaged
{
    private readonly ReadOnlySpan<T> _elements = elements;

    /// <summary>The panel of a column, a multiple of the panel width, at a depth.</summary>
    public ReadOnlySpan<T> At(int row, int depth, int column, int width) =>
        _elements.Slice(((row - firstRow) * paddedColumns) + ((column - firstColumn) * depth), depth * width);
}
