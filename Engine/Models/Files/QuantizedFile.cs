using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>
/// Matrices in eight bits to and from a weight file: I8 codes under the matrix's name and F32 scales of its rows under that with
/// <c>_scale</c>. Where a file has a matrix in real numbers they are quantised.
/// </summary>
internal static class QuantizedFile
{
    /// <summary>Requires every matrix to be in the file with its shape, in eight bits with scales or in real numbers.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">What stands before the tensors' names in the file.</param>
    /// <param name="parameters">The matrices; nothing is allocated for them.</param>
    public static void RequireShapes(IWeights file, string prefix, IReadOnlyList<QuantizedParameter> parameters)
    {
        foreach (QuantizedParameter parameter in parameters) RequireShape(file, prefix, parameter);
    }

    /// <summary>Reads matrices whose shapes were checked; numbers have to be finite, and up to the largest in magnitude.</summary>
    public static void Read(IWeights file, string prefix, IReadOnlyList<QuantizedParameter> parameters, float max)
    {
        float[] values = [];
        foreach (QuantizedParameter parameter in parameters)
        {
            string name = prefix + parameter.TensorName;
            if (file.IsInt8(name))
            {
                ReadCodes(file, prefix, parameter, max);
                continue;
            }
            if (values.Length < parameter.Shape.Length) values = new float[parameter.Shape.Length];
            Span<float> numbers = values.AsSpan(0, parameter.Shape.Length);
            file.Read(name, numbers);
            ParameterFile.RequireFinite(numbers, name, file.Path, max);
            parameter.Set(numbers);
        }
    }

    /// <summary>What is written of matrices.</summary>
    public static IEnumerable<SafetensorsEntry> Entries(IReadOnlyList<QuantizedParameter> parameters)
    {
        foreach (QuantizedParameter parameter in parameters)
        {
            int rows = parameter.Shape.Rows, columns = parameter.Shape.Columns;
            sbyte[] codes = new sbyte[parameter.Shape.Length];
            float[] scales = new float[rows];
            for (int row = 0; row < rows; row++) scales[row] = parameter.Get(row, codes.AsSpan(row * columns, columns));
            yield return new SafetensorsEntry(parameter.TensorName, [rows, columns], codes);
            yield return new SafetensorsEntry(parameter.ScaleName, [rows], scales);
        }
    }

    private static void RequireShape(IWeights file, string prefix, QuantizedParameter parameter)
    {
        string name = prefix + parameter.TensorName;
        if (file.Contains(name) && file.IsInt8(name))
        {
            file.RequireInt8Shape(name, parameter.Shape.Rows, parameter.Shape.Columns);
            file.RequireShape(prefix + parameter.ScaleName, parameter.Shape.Rows);
        }
        else
        {
            file.RequireShape(name, parameter.Shape.Rows, parameter.Shape.Columns);
        }
    }

    private static void ReadCodes(IWeights file, string prefix, QuantizedParameter parameter, float max)
    {
        string name = prefix + parameter.TensorName, scaleName = prefix + parameter.ScaleName;
        int columns = parameter.Shape.Columns;
        sbyte[] codes = new sbyte[parameter.Shape.Length];
        float[] scales = new float[parameter.Shape.Rows];
        file.Read(name, codes);
        file.Read(scaleName, scales.AsSpan());
        ParameterFile.RequireFinite(scales, scaleName, file.Path, max);
        int outside = Array.IndexOf(codes, sbyte.MinValue);
        if (outside >= 0)
            throw new QEngineException(
                $"expected codes from -{sbyte.MaxValue} to {sbyte.MaxValue}, "
                + $"found {sbyte.MinValue} at element {outside} of tensor {Printable.Quote(name)}: {FileErrors.Name(file.Path)}");
        for (int row = 0; row < scales.Length; row++)
        {
            if (scales[row] < 0)
                throw new QEngineException(
                    $"expected scales of at least 0, "
                    + $"found {scales[row]} at element {row} of tensor {Printable.Quote(scaleName)}: {FileErrors.Name(file.Path)}");
            parameter.Set(row, codes.AsSpan(row * columns, columns), scales[row]);
        }
    }
}
