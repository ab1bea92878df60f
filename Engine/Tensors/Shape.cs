namespace QEngine.Tensors;

/// <summary>The extents of a tensor: a scalar, a vector or a matrix, row-major and contiguous.</summary>
/// <param name="Rows">Number of rows; 1 for a vector or scalar.</param>
/// <param name="Columns">Number of columns; the length of a vector; 1 for a scalar.</param>
public readonly record struct Shape(int Rows, int Columns)
{
    /// <summary>One number.</summary>
    public static Shape Scalar => new(1, 1);

    /// <summary>Number of elements.</summary>
    /// <exception cref="QEngineException">There are more than an array can hold.</exception>
    public int Length => (long)Rows * Columns is var length && length <= Array.MaxLength
        ? (int)length
        : throw new QEngineException(
            $"expected a tensor of at most {Array.MaxLength} elements, found {this}: lower the batch or the length of the texts");

    /// <summary>A vector.</summary>
    /// <param name="length">Number of elements.</param>
    public static Shape Vector(int length) => new(1, length);

    /// <inheritdoc/>
    public override string ToString() => $"[{Rows}, {Columns}]";
}
