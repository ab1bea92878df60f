using System.Globalization;

namespace QEngine.Storage;

/// <summary>The content of a .npy file: row-major numbers of one or two dimensions.</summary>
internal sealed class NpyArray
{
    private readonly int[] _shape;
    private readonly string _path;

    internal NpyArray(float[] data, int[] shape, string path)
    {
        Data = data;
        _shape = shape;
        _path = path;
    }

    /// <summary>All numbers, row after row.</summary>
    public float[] Data { get; }

    /// <summary>One or two dimensions.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>The first dimension.</summary>
    public int Rows => _shape[0];

    /// <summary>The second dimension; 1 for an array of one.</summary>
    public int Columns => _shape.Length == 2 ? _shape[1] : 1;

    /// <summary>One row.</summary>
    /// <param name="row">From 0 to <see cref="Rows"/> - 1.</param>
    public ReadOnlySpan<float> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        return Data.AsSpan(row * Columns, Columns);
    }

    /// <summary>Requires that no number is NaN or infinite.</summary>
    /// <exception cref="QEngineException">Names row and column, from 0, of the first that is.</exception>
    public void RequireFinite()
    {
        for (int i = 0; i < Data.Length; i++)
        {
            if (float.IsFinite(Data[i])) continue;
            string found = Data[i].ToString(CultureInfo.InvariantCulture);
            throw new QEngineException(
                $"expected finite numbers, "
                + $"found {found} at row {i / Columns}, column {i % Columns} of {FileErrors.Name(_path)}");
        }
    }
}
