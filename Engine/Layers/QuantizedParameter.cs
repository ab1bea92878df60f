using QEngine.Kernels;
using QEngine.Tensors;

namespace QEngine.Layers;

/// <summary>
/// A named matrix of a model in eight bits with a scale for every row. It is not trained and lies outside of the flat buffer of its store.
/// </summary>
internal sealed class QuantizedParameter(string tensorName, Shape shape, Initializer initializer, QuantizedRows matrix, int first)
{
    /// <summary>Its name in the weight file.</summary>
    public string TensorName { get; } = tensorName;

    /// <summary>The name of its scales in a weight file that has it in eight bits.</summary>
    public string ScaleName => $"{TensorName}_scale";

    /// <summary>The name of its inputs' scales there, where they have some.</summary>
    public string InputScaleName => $"{TensorName}_input_scale";

    /// <summary>Extents.</summary>
    public Shape Shape { get; } = shape;

    /// <summary>How it is initialised.</summary>
    public Initializer Initializer { get; } = initializer;

    /// <summary>Its place among all that its store's layers declare.</summary>
    public required int Place { get; init; }

    /// <summary>The matrix of which it is a part.</summary>
    public QuantizedRows Matrix { get; } = matrix;

    /// <summary>Whether it is the first part.</summary>
    public bool IsFirst => first == 0;

    /// <summary>Quantises numbers, each times the scale of its input where there are some.</summary>
    /// <param name="values">As many as the extents say, finite.</param>
    public void Set(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<float> scales = Matrix.InputScales;
        sbyte[] codes = new sbyte[Shape.Columns];
        float[] numbers = new float[Shape.Columns];
        for (int row = 0; row < Shape.Rows; row++)
        {
            values.Slice(row * numbers.Length, numbers.Length).CopyTo(numbers);
            for (int i = 0; i < scales.Length; i++) numbers[i] *= scales[i];
            Set(row, codes, Int8Codes.Encode(numbers, codes));
        }
    }

    /// <summary>Replaces a row.</summary>
    /// <param name="row">Which.</param>
    /// <param name="codes">[columns].</param>
    /// <param name="scale">Its scale.</param>
    public void Set(int row, ReadOnlySpan<sbyte> codes, float scale) => Matrix.Rows.Set(first + row, codes, scale);

    /// <summary>Reads a row and returns its scale.</summary>
    /// <param name="row">Which.</param>
    /// <param name="codes">[columns], filled.</param>
    public float Get(int row, Span<sbyte> codes) => Matrix.Rows.Get(first + row, codes);

    /// <summary>Shares the memory of the same parameter of another model.</summary>
    public void Share(QuantizedParameter other) => Matrix.Share(other.Matrix);
}
