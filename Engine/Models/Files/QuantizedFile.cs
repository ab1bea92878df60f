using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>
/// Matrices in eight bits to and from a weight file: I8 codes under the matrix's name, F32 scales of its rows under that with <c>_scale</c>
/// and, where they have some, of its inputs under that with <c>_input_scale</c>. Where a file has a matrix in real numbers they are
/// quantised.
/// </summary>
internal static class QuantizedFile
{
    // What a scale of an input multiplies is a weight, and its inverse a number of a row: both stay finite.
    private const float MinInputScale = 1f / (1L << 60), MaxInputScale = 1L << 60;

    /// <summary>Requires every matrix to be in the file with its shape, in eight bits with scales or in real numbers.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">What stands before the tensors' names in the file.</param>
    /// <param name="parameters">The matrices; nothing is allocated for them.</param>
    /// <param name="hasInputScales">Whether matrices in eight bits have scales of their inputs, where these are not normalised.</param>
    public static void RequireShapes(IWeights file, string prefix, IReadOnlyList<QuantizedParameter> parameters, bool hasInputScales)
    {
        foreach (QuantizedParameter parameter in parameters) RequireShape(file, prefix, parameter, hasInputScales);
    }

    /// <summary>Whether a matrix is in eight bits in the file.</summary>
    public static bool HasCodes(IWeights file, string prefix, QuantizedParameter parameter) => file.IsInt8(prefix + parameter.TensorName);

    /// <summary>Whether a matrix has scales of its inputs.</summary>
    public static bool HasInputScales(IReadOnlyList<QuantizedParameter> parameters)
    {
        foreach (QuantizedParameter parameter in parameters)
            if (parameter.Matrix.InputScales.Length > 0) return true;
        return false;
    }

    /// <summary>Reads matrices whose shapes were checked; numbers have to be finite, and up to the largest in magnitude.</summary>
    public static void Read(IWeights file, string prefix, IEnumerable<QuantizedParameter> parameters, float max)
    {
        float[] values = [];
        foreach (QuantizedParameter parameter in parameters)
        {
            string name = prefix + parameter.TensorName;
            if (file.IsInt8(name))
            {
                ReadInputScales(file, prefix, parameter);
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
            float[] inputs = parameter.Matrix.InputScales.ToArray();
            if (inputs.Length > 0) yield return new SafetensorsEntry(parameter.InputScaleName, [columns], inputs);
        }
    }

    private static void RequireShape(IWeights file, string prefix, QuantizedParameter parameter, bool hasInputScales)
    {
        string name = prefix + parameter.TensorName, inputs = prefix + parameter.InputScaleName;
        if (file.Contains(name) && file.IsInt8(name))
        {
            file.RequireInt8Shape(name, parameter.Shape.Rows, parameter.Shape.Columns);
            file.RequireShape(prefix + parameter.ScaleName, parameter.Shape.Rows);
            bool isUneven = parameter.Matrix.HasUnevenInputs;
            if (hasInputScales && isUneven) file.RequireShape(inputs, parameter.Shape.Columns);
            else if (file.Contains(inputs))
                throw Wrong(
                    file, $"scales of inputs where these are normalised vectors{(isUneven ? " and config.json has input_scales" : "")}",
                    $"tensor {Printable.Quote(inputs)}");
        }
        else
        {
            file.RequireShape(name, parameter.Shape.Rows, parameter.Shape.Columns);
        }
    }

    private static void ReadInputScales(IWeights file, string prefix, QuantizedParameter parameter)
    {
        string name = prefix + parameter.InputScaleName;
        float[] scales = [];
        if (file.Contains(name))
        {
            scales = new float[parameter.Shape.Columns];
            file.Read(name, scales.AsSpan());
            int outside = Array.FindIndex(scales, scale => !(scale is >= MinInputScale and <= MaxInputScale));
            if (outside >= 0)
                throw Wrong(file, $"scales of inputs from {MinInputScale} to {MaxInputScale}", At(outside, scales[outside], name));
        }
        if (parameter.IsFirst && parameter.Matrix.HasUnevenInputs) parameter.Matrix.InputScales = scales;
        else if (!parameter.Matrix.InputScales.SequenceEqual(scales))
            throw Wrong(
                file, "the same scales of inputs for all of query, key and value", $"another tensor {Printable.Quote(name)}");
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
            throw Wrong(file, $"codes from -{sbyte.MaxValue} to {sbyte.MaxValue}", At(outside, sbyte.MinValue, name));
        for (int row = 0; row < scales.Length; row++)
        {
            if (scales[row] < 0) throw Wrong(file, "scales of at least 0", At(row, scales[row], scaleName));
            parameter.Set(row, codes.AsSpan(row * columns, columns), scales[row]);
        }
    }

    private static string At(int element, float value, string tensor) =>
        $"{value} at element {element} of tensor {Printable.Quote(tensor)}";

    private static QEngineException Wrong(IWeights file, string expected, string found) =>
        new($"expected {expected}, found {found}: {FileErrors.Name(file.Path)}");
}
