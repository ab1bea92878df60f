using System.Numerics;
using System.Runtime.InteropServices;
using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>Parameters to and from a safetensors file.</summary>
internal static class ParameterFile
{
    public const string FileName = "model.safetensors";

    // Hugging Face's loaders ask which framework's layout a file has.
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    /// <summary>Requires every parameter to be in the file with its shape.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">What stands before the tensors' names in the file.</param>
    /// <param name="parameters">The parameters; need not be allocated.</param>
    public static void RequireShapes(IWeights file, string prefix, IReadOnlyList<Parameter<float>> parameters)
    {
        foreach (Parameter<float> parameter in parameters)
            file.RequireShape(StoredName(file, prefix, parameter.TensorName), parameter.FileShape.Span);
    }

    /// <summary>Writes parameters, in 32 bits or rounded to 16, and what belongs beside them.</summary>
    public static void Write(
        string path, IReadOnlyList<Parameter<float>> parameters, bool halfPrecision, params IEnumerable<SafetensorsEntry> others)
    {
        SafetensorsDtype dtype = halfPrecision ? SafetensorsDtype.F16 : SafetensorsDtype.F32;
        List<SafetensorsEntry> entries = new(parameters.Count);
        foreach (Parameter<float> parameter in parameters)
        {
            RequireFinite(parameter.Values.Span, parameter.TensorName, path);
            entries.Add(new SafetensorsEntry(parameter.TensorName, parameter.FileShape.Span, parameter.Values, dtype));
        }
        entries.AddRange(others);
        SafetensorsWriter.Write(path, entries, Metadata);
    }

    /// <summary>What a parameter's tensor is called in the file.</summary>
    public static string StoredName(IWeights file, string prefix, string name)
    {
        string stored = prefix + name;
        if (file.Contains(stored)) return stored;
        // Weights converted from the first TensorFlow release keep its names of the normalisation's parameters.
        string older = stored.EndsWith("LayerNorm.weight", StringComparison.Ordinal) ? $"{stored[..^"weight".Length]}gamma"
            : stored.EndsWith("LayerNorm.bias", StringComparison.Ordinal) ? $"{stored[..^"bias".Length]}beta"
            : stored;
        return file.Contains(older) ? older : stored;
    }

    // Without their signs the bits of numbers are ordered as the numbers are, then comes infinity, then what is no number.
    private static bool AreWithin(ReadOnlySpan<float> values, float max)
    {
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(values);
        int limit = BitConverter.SingleToInt32Bits(max), i = 0;
        Vector<int> magnitude = new(int.MaxValue), first = Vector<int>.Zero, second = Vector<int>.Zero;
        for (; i <= bits.Length - (2 * Vector<int>.Count); i += 2 * Vector<int>.Count)
        {
            first = Vector.Max(first, new Vector<int>(bits[i..]) & magnitude);
            second = Vector.Max(second, new Vector<int>(bits[(i + Vector<int>.Count)..]) & magnitude);
        }
        bool isWithin = Vector.LessThanOrEqualAll(Vector.Max(first, second), new Vector<int>(limit));
        for (; i < bits.Length; i++) isWithin &= (bits[i] & int.MaxValue) <= limit;
        return isWithin;
    }

    /// <summary>Requires the numbers of a tensor to be finite, and up to the largest in magnitude.</summary>
    public static void RequireFinite(ReadOnlySpan<float> values, string name, string path, float max = float.MaxValue)
    {
        if (AreWithin(values, max)) return;
        for (int i = 0; i < values.Length; i++)
        {
            if (float.IsFinite(values[i]) && Math.Abs(values[i]) > max)
                throw new QEngineException(
                    $"expected weights of at most {max} in magnitude, "
                    + $"found {values[i]} at element {i} of tensor {Printable.Quote(name)}: {FileErrors.Name(path)}");
            if (!float.IsFinite(values[i]))
                throw new QEngineException(
                    $"expected finite weights, "
                    + $"found {values[i]} at element {i} of tensor {Printable.Quote(name)}: {FileErrors.Name(path)}");
        }
    }
}
