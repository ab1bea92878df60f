using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>A matrix in eight bits of which parameters are parts; made when a part is first set.</summary>
internal sealed class QuantizedRows(Func<IInt8Rows> make)
{
    private IInt8Rows? _rows;

    /// <summary>The matrix.</summary>
    public IInt8Rows Rows => _rows ??= make();

    /// <summary>Takes the matrix of another in the place of one of its own.</summary>
    public void Share(QuantizedRows other) => _rows = other.Rows;
}

/// <summary>
/// A named matrix of a model in eight bits with a scale for every row. It is not trained and lies outside of the flat buffer of its store.
/// </summary>
internal sealed class QuantizedParameter(string tensorName, Shape shape, Initializer initializer, QuantizedRows matrix, int first)
{
    private readonly QuantizedRows _matrix = matrix;

    /// <summary>Its name in the weight file.</summary>
    public string TensorName { get; } = tensorName;

    /// <summary>The name of its scales in a weight file that has it in eight bits.</summary>
    public string ScaleName => $"{TensorName}_scale";

    /// <summary>Extents.</summary>
    public Shape Shape { get; } = shape;

    /// <summary>How it is initialised.</summary>
    public Initializer Initializer { get; } = initializer;

    /// <summary>Its place among all that its store's layers declare.</summary>
    public required int Place { get; init; }

    /// <summary>Quantises numbers.</summary>
    /// <param name="values">As many as the extents say, finite.</param>
    public void Set(ReadOnlySpan<float> values)
    {
        sbyte[] codes = new sbyte[Shape.Columns];
        for (int row = 0; row < Shape.Rows; row++)
            Set(row, codes, Int8Codes.Encode(values.Slice(row * Shape.Columns, Shape.Columns), codes));
    }

    /// <summary>Replaces a row.</summary>
    /// <param name="row">Which.</param>
    /// <param name="codes">[columns].</param>
    /// <param name="scale">Its scale.</param>
    public void Set(int row, ReadOnlySpan<sbyte> codes, float scale) => _matrix.Rows.Set(first + row, codes, scale);

    /// <summary>Reads a row and returns its scale.</summary>
    /// <param name="row">Which.</param>
    /// <param name="codes">[columns], filled.</param>
    public float Get(int row, Span<sbyte> codes) => _matrix.Rows.Get(first + row, codes);

    /// <summary>Shares the memory of the same parameter of another model.</summary>
    public void Share(QuantizedParameter other) => _matrix.Share(other._matrix);
}
