using QEngine.Layers;
using QEngine.Storage;

namespace QEngine.Models;

/// <summary>The weights of a head's module in a file, checked against its configuration before anything is allocated for them.</summary>
internal static class HeadFile
{
    /// <summary>Opens a module's weights and requires exactly its tensors in it.</summary>
    public static SafetensorsSet Open(string path, HeadModule module)
    {
        SafetensorsSet file = SafetensorsSet.Open(path);
        try
        {
            if (module.Weights > Array.MaxLength)
                throw new QEngineException(
                    $"expected a head of at most {Array.MaxLength} weights, found one of {module.Weights} for {FileErrors.Name(path)}");
            module.RequireWeights(file);
            ParameterStore<float> declared = new();
            _ = module.Create(declared);
            RequireTensors(file, declared.Parameters);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Requires the file to hold the parameters and no other tensor.</summary>
    public static void RequireTensors(SafetensorsSet file, IReadOnlyList<Parameter<float>> parameters)
    {
        ParameterFile.RequireShapes(file, "", parameters);
        if (file.Tensors.Count != parameters.Count)
            throw new QEngineException(
                $"expected the {parameters.Count} tensors of the head and no other, found {file.Tensors.Count} tensors in {file.Name}");
    }
}
