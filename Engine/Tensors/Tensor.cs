namespace QEngine.Tensors;

/// <summary>
/// A handle on row-major contiguous elements. It owns nothing: the elements belong to an arena (valid until released),
/// to a parameter store, or to the caller's array.
/// </summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct Tensor<T>
    where T : unmanaged
{
    /// <summary>Makes a handle.</summary>
    /// <param name="array">The array that holds the elements.</param>
    /// <param name="offset">Index of the first element.</param>
    /// <param name="shape">Extents.</param>
    /// <param name="slot">Where its gradient is kept: 0 for none, positive on a tape, <see cref="ParameterSlot"/> for a parameter.</param>
    internal Tensor(T[] array, int offset, Shape shape, int slot)
    {
        Array = array;
        Offset = offset;
        Shape = shape;
        Slot = slot;
    }

    /// <summary>Views a caller's array as a constant: it gets no gradient.</summary>
    /// <param name="array">At least <c>shape.Length</c> elements.</param>
    /// <param name="shape">Extents.</param>
    /// <exception cref="QEngineException">The array is too short.</exception>
    public Tensor(T[] array, Shape shape)
        : this(array, 0, shape, 0)
    {
        ArgumentNullException.ThrowIfNull(array);
        Guard.AtLeast(nameof(Tensor<T>), array.Length, shape.Length);
    }

    /// <summary>The slot of every parameter: its gradient lies where its value lies, in the store's other buffer.</summary>
    internal const int ParameterSlot = -1;

    /// <summary>Extents.</summary>
    public Shape Shape { get; }

    /// <summary>Number of rows.</summary>
    public int Rows => Shape.Rows;

    /// <summary>Number of columns.</summary>
    public int Columns => Shape.Columns;

    /// <summary>Whether a gradient is computed for it.</summary>
    public bool NeedsGradient => Slot != 0;

    /// <summary>The elements, row after row.</summary>
    public Span<T> Span => Array.AsSpan(Offset, Shape.Length);

    internal T[] Array { get; }

    internal int Offset { get; }

    internal int Slot { get; }
}
