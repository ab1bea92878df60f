using System.Numerics.Tensors;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Tensors;
using QEngine.Workers;

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
    /// <param name="workers">The threads to use.</param>
    public void Set(ReadOnlySpan<float> values, WorkerPool workers)
    {
        Matrix.Make();
        QuantizeBody body = new(this, values);
        workers.For(body.Count, ref body);
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

    private readonly struct Codes;

    private readonly struct Scaled;

    /// <summary>Quantises some rows per item.</summary>
    private readonly ref struct QuantizeBody(QuantizedParameter parameter, ReadOnlySpan<float> values) : IParallelBody
    {
        // Numbers quantised at once: enough to pay for handing them out.
        private const int Numbers = 1 << 15;

        private readonly ReadOnlySpan<float> _values = values;

        public int Count => (parameter.Shape.Rows + Rows - 1) / Rows;

        private int Rows => Math.Max(1, Numbers / parameter.Shape.Columns);

        public void Invoke(int item)
        {
            int columns = parameter.Shape.Columns;
            Span<sbyte> codes = Scratch<Codes, sbyte>.Rent(columns);
            for (int row = item * Rows; row < Math.Min(parameter.Shape.Rows, (item + 1) * Rows); row++)
            {
                float scale = Int8Codes.Encode(Scale(_values.Slice(row * columns, columns)), codes);
                parameter.Set(row, codes, scale);
            }
        }

        private ReadOnlySpan<float> Scale(ReadOnlySpan<float> row)
        {
            ReadOnlySpan<float> scales = parameter.Matrix.InputScales;
            if (scales.IsEmpty) return row;
            Span<float> scaled = Scratch<Scaled, float>.Rent(row.Length);
            TensorPrimitives.Multiply(row, scales, scaled);
            return scaled;
        }
    }
}
