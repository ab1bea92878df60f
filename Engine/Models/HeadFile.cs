using QEngine.Layers;
using QEngine.Quantum;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>A head's weights in a file, checked against its configuration before anything is allocated for them.</summary>
internal static class HeadFile
{
    /// <summary>Opens a head's weights and requires exactly its tensors in it.</summary>
    public static SafetensorsFile Open(string path, HeadConfiguration head)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        try
        {
            RequireSize(file, head);
            ParameterStore<float> declared = new();
            _ = head.Create(declared);
            RequireTensors(file, declared, 0);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Requires the file to hold the parameters of a store from <paramref name="first"/> on, and no other tensor.</summary>
    public static void RequireTensors(SafetensorsFile file, ParameterStore<float> store, int first)
    {
        ParameterFile.RequireShapes(file, "", store, first);
        int expected = store.Parameters.Count - first;
        if (file.Tensors.Count != expected)
            throw new QEngineException($"expected the {expected} tensors of the head and no other, found {file.Tensors.Count} tensors in {FileErrors.Name(file.Path)}");
    }

    /// <summary>Stops at the first step a file lacks: a small file cannot make a head of a million steps or a matrix beyond an array.</summary>
    private static void RequireSize(SafetensorsFile file, HeadConfiguration head)
    {
        if (Parameters(head) > Array.MaxLength)
            throw new QEngineException($"expected a head of at most {Array.MaxLength} weights, found one of {Parameters(head)} for {FileErrors.Name(file.Path)}");
        if (head.Type != HeadType.Quantum) return;
        ReadOnlySpan<int> widths = new Cascade(head.InputDimension, head.OutputDimension, head.Gate).Widths;
        for (int step = 0; step < widths.Length; step++) file.RequireShape($"steps.{step}.control", 4, widths[step]);
    }

    private static long Parameters(HeadConfiguration head) => head.Type == HeadType.Linear
        ? (head.InputDimension + 1L) * head.OutputDimension
        : 12L * (head.InputDimension - head.OutputDimension);
}
