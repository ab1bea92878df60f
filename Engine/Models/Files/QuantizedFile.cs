using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>
/// Matrices in eight bits to and from a weight file: I8 codes under the matrix's name, F32 scales of its rows under that with <c>_scale</c>
/// and, where they have some, of its inputs under that with <c>_input_scale</c>. Where a file has a matrix in real numbers they are
/// quantised when they are read (<see cref="QuantizedReader"/>).
/// </summary>
internal static class QuantizedFile
{
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

    /// <summary>What is said of a matrix that is not usable.</summary>
    public static QEngineException Wrong(IWeights file, string expected, string found) =>
        new($"expected {expected}, found {found}: {FileErrors.Name(file.Path)}");

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
}
