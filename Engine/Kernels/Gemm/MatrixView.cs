using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace QEngine.Kernels;

/// <summary>A read-only matrix over a span: rows or columns are contiguous, so a transpose is a view too.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly ref struct MatrixView<T>
    where T : unmanaged
{
    private readonly ref readonly T _first;

    /// <summary>Views <paramref name="rows"/> rows of <paramref name="columns"/> contiguous elements.</summary>
    /// <param name="data">The elements.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="stride">Elements from one row to the next, at least <paramref name="columns"/>.</param>
    /// <exception cref="ArgumentException">The span is too short or the stride too small.</exception>
    public MatrixView(ReadOnlySpan<T> data, int rows, int columns, int stride)
    {
        if (stride < columns || rows < 0 || columns < 0) throw new ArgumentException($"expected a row stride of at least {columns}, found {stride}", nameof(stride));
        long needed = rows == 0 ? 0 : ((long)(rows - 1) * stride) + columns;
        if (data.Length < needed) throw new ArgumentException($"expected at least {needed} elements for {rows} x {columns}, found {data.Length}", nameof(data));
        _first = ref MemoryMarshal.GetReference(data);
        (Rows, Columns, RowStride, ColumnStride) = (rows, columns, stride, 1);
    }

    /// <summary>Views a dense row-major matrix.</summary>
    /// <param name="data">The elements.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns, also the row stride.</param>
    public MatrixView(ReadOnlySpan<T> data, int rows, int columns)
        : this(data, rows, columns, columns)
    {
    }

    private MatrixView(ref readonly T first, int rows, int columns, int rowStride, int columnStride)
    {
        _first = ref first;
        (Rows, Columns, RowStride, ColumnStride) = (rows, columns, rowStride, columnStride);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Elements from one row to the next.</summary>
    public int RowStride { get; }

    /// <summary>Elements from one column to the next.</summary>
    public int ColumnStride { get; }

    /// <summary>The same elements with rows and columns exchanged.</summary>
    public MatrixView<T> Transposed => new(in _first, Columns, Rows, ColumnStride, RowStride);

    /// <summary>The element at a position; not range checked.</summary>
    /// <param name="row">Row.</param>
    /// <param name="column">Column.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T At(int row, int column) =>
        ref Unsafe.Add(ref Unsafe.AsRef(in _first), ((nint)row * RowStride) + ((nint)column * ColumnStride));
}
