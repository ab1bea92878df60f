using System.Buffers;
using System.Numerics.Tensors;
using QEngine.Storage;

namespace QEngine.Onnx;

/// <summary>Reads a weight: part by part, made real and its axes exchanged where they have to be, into place.</summary>
internal static class WeightReader
{
    // A part stays in the second cache while it is laid out; in it, a strip of rows shares its destination's lines.
    private const int PartNumbers = 64 * 1024, StripRows = 16;

    /// <summary>Reads all of it.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="destination">As many numbers, row-major.</param>
    public static void Read(Weight weight, Span<float> destination)
    {
        ElementReader reader = new(weight.Tensor);
        Scale? scale = weight.Scaling is { } scaling ? new Scale(weight.Tensor, scaling) : null;
        int columns = weight.Tensor.Shape.Length == 2 ? (int)weight.Tensor.Shape[1] : destination.Length;
        if (columns == 0) return;
        int rows = destination.Length / columns, step = Math.Max(1, PartNumbers / columns);
        if (!weight.Transposed)
        {
            for (int row = 0; row < rows; row += step)
            {
                Span<float> part = destination.Slice(row * columns, Math.Min(step, rows - row) * columns);
                reader.Read(part);
                scale?.Apply(part, row, columns);
            }
            return;
        }
        float[] buffer = ArrayPool<float>.Shared.Rent(Math.Min(step, rows) * columns);
        try
        {
            for (int row = 0; row < rows; row += step)
            {
                Span<float> part = buffer.AsSpan(0, Math.Min(step, rows - row) * columns);
                reader.Read(part);
                scale?.Apply(part, row, columns);
                Transpose(part, columns, destination[row..], rows);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    // Element (i, j) of the part goes to j * stride + i.
    private static void Transpose(ReadOnlySpan<float> part, int columns, Span<float> destination, int stride)
    {
        int rows = part.Length / columns;
        for (int first = 0; first < rows; first += StripRows)
        {
            int count = Math.Min(StripRows, rows - first);
            for (int j = 0; j < columns; j++)
            {
                Span<float> line = destination.Slice((j * stride) + first, count);
                for (int i = 0; i < line.Length; i++) line[i] = part[((first + i) * columns) + j];
            }
        }
    }

    /// <summary>Scales and zeros of a quantised tensor.</summary>
    private sealed class Scale
    {
        private readonly int _axis;
        private readonly float[] _scales;
        private readonly float[] _zeros;

        public Scale(OnnxTensor tensor, Scaling scaling)
        {
            _axis = tensor.Shape.Length == 1 && scaling.Axis == 0 ? 1 : scaling.Axis;
            _scales = new float[scaling.Scale.Count];
            new ElementReader(scaling.Scale).Read(_scales);
            _zeros = new float[_scales.Length];
            if (scaling.Zero is null) return;
            new ElementReader(scaling.Zero).Read(_zeros.AsSpan(0, (int)scaling.Zero.Count));
            if (scaling.Zero.Count == 1) _zeros.AsSpan().Fill(_zeros[0]);
        }

        /// <summary>Makes rows real.</summary>
        /// <param name="rows">Whole rows.</param>
        /// <param name="first">The number of the first.</param>
        /// <param name="columns">Numbers of a row.</param>
        public void Apply(Span<float> rows, int first, int columns)
        {
            for (int at = 0; at < rows.Length; at += columns, first++)
            {
                Span<float> row = rows.Slice(at, columns);
                if (_axis == 1)
                {
                    TensorPrimitives.Subtract(row, _zeros, row);
                    TensorPrimitives.Multiply(row, _scales, row);
                    continue;
                }
                int place = _axis < 0 ? 0 : first;
                TensorPrimitives.Subtract(row, _zeros[place], row);
                TensorPrimitives.Multiply(row, _scales[place], row);
            }
        }
    }
}
