using System.Numerics;
using System.Runtime.CompilerServices;
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

/// <summary>
/// What a tile asks for while it multiplies: its share of the panel of B that comes after the tile's own. For few rows B comes from
/// memory, the processor's own prefetching ends with each page, and a panel is several of them: asked for a panel ahead, in equal steps,
/// memory is busy all the time.
/// </summary>
internal readonly ref struct GemmAhead<T>
    where T : unmanaged
{
    private GemmAhead(ref readonly T first, int bytes)
    {
        First = ref first;
        Bytes = bytes;
    }

    /// <summary>Where the share starts.</summary>
    public readonly ref readonly T First;

    /// <summary>Bytes of it for each step along the depth.</summary>
    public int Bytes { get; }

    /// <summary>Nothing that is not there anyway.</summary>
    /// <param name="panel">The tile's own panel.</param>
    public static GemmAhead<T> Nothing(ReadOnlySpan<T> panel) => new(in MemoryMarshal.GetReference(panel), 0);

    /// <summary>The share of a tile; the tiles of a panel share out the next one.</summary>
    /// <param name="panel">The next panel.</param>
    /// <param name="width">Elements of one of its steps.</param>
    /// <param name="tile">Which tile.</param>
    /// <param name="tiles">How many.</param>
    public static GemmAhead<T> Share(ReadOnlySpan<T> panel, int width, int tile, int tiles) =>
        new(in panel[(int)((long)panel.Length * tile / tiles)], width * Unsafe.SizeOf<T>() / tiles);
}
