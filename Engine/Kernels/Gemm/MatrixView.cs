using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace QEngine.Kernels;

/// <summary>A read-only matrix over a span: rows or columns are contiguous, so a transpose is a view too.</summary>
internal readonly ref struct MatrixView<T>
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
        Require.Range(rows, 0, int.MaxValue);
        Require.Range(columns, 0, int.MaxValue);
        Require.Range(stride, columns, int.MaxValue);
        Require.AtLeast(data, rows == 0 ? 0 : ((long)(rows - 1) * stride) + columns);
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
    /// <param name="row">Row, from 0 to below <see cref="Rows"/>.</param>
    /// <param name="column">Column, from 0 to below <see cref="Columns"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref readonly T At(int row, int column)
    {
        Debug.Assert((uint)row < (uint)Rows && (uint)column < (uint)Columns, "outside the view");
        return ref Unsafe.Add(ref Unsafe.AsRef(in _first), ((nint)row * RowStride) + ((nint)column * ColumnStride));
    }

    /// <summary>Whether any of the memory from the first to the last element is another span's.</summary>
    internal bool Overlaps(ReadOnlySpan<T> span)
    {
        long extent = Rows == 0 || Columns == 0 ? 0 : ((Rows - 1L) * RowStride) + ((Columns - 1L) * ColumnStride) + 1;
        return MemoryMarshal.CreateReadOnlySpan(in _first, (int)extent).Overlaps(span);
    }
}
