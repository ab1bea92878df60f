using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Onnx;
using QEngine.Tests.Support;
using QEngine.Tools.Pretrained;

namespace QEngine.Tests.Tools.Pretrained;

/// <summary>A package with an assembly that carries a small model, and where it comes from.</summary>
internal sealed class FakePackage : IPackages, IDisposable
{
    private const string Weights = "Small.model.onnx", Vocabulary = "Small.vocab.txt", Assembly = "lib/small.dll";

    private readonly TemporaryFolder _folder = new();
    private int _asked;

    public FakePackage()
    {
        using OnnxFolder model = new(ExportStyle.All[0], OnnxFolder.Small(EncoderArchitecture.Bert), "model/model.onnx");
        Expected = new SentenceEmbedder(model.Expected().Model, model.Expected().Tokenizer, 12);
        byte[] weights = File.ReadAllBytes(model.Path("model/model.onnx"));
        // Lines end as they do in the real packages.
        byte[] vocabulary = [
            .. File.ReadAllBytes(model.Path("model/vocab.txt")).SelectMany(value => value == '\n' ? "\r\n"u8.ToArray() : [value])];
        Directory.CreateDirectory(_folder.Path("lib"));
        File.WriteAllBytes(AssemblyPath, Build((Weights, weights), (Vocabulary, vocabulary)));
        Row = new PretrainedModel
        {
            Name = "small-test-model",
            Package = "Small.Package",
            Version = "1.2.3",
            Assembly = Assembly,
            Weights = new(Weights, Hash(weights)),
            Vocabulary = new(Vocabulary, Hash(vocabulary)),
            Licence = "MIT",
            Bytes = weights.Length,
            Dimension = 24,
            Pooling = PoolingMode.Mean,
            MaximumLength = 12,
            QueryPrompt = "hello ",
            Ndcg = 0,
        };
    }

    /// <summary>The row of the model.</summary>
    public PretrainedModel Row { get; }

    /// <summary>The model, before its vectors are scaled to length 1.</summary>
    public SentenceEmbedder Expected { get; }

    public string AssemblyPath => _folder.Path(Assembly);

    /// <summary>How often the package was asked for.</summary>
    public int Asked => _asked;

    /// <summary>What happens before the package is there.</summary>
    public Action<CancellationToken> Before { get; set; } = _ => { };

    public string Find(string package, string version, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _asked);
        Before(cancellation);
        return _folder.Path("");
    }

    /// <summary>An assembly with files and nothing else.</summary>
    public static byte[] Build(params (string Name, byte[] Content)[] files)
    {
        MetadataBuilder metadata = new();
        metadata.AddModule(
            0, metadata.GetOrAddString("small.dll"), metadata.GetOrAddGuid(new Guid(1, 2, 3, new byte[8])), default, default);
        metadata.AddAssembly(metadata.GetOrAddString("small"), new Version(1, 0, 0, 0), default, default, 0, AssemblyHashAlgorithm.None);
        metadata.AddTypeDefinition(
            default, default, metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1),
                MetadataTokens.MethodDefinitionHandle(1));
        BlobBuilder resources = new();
        foreach ((string name, byte[] content) in files)
        {
            resources.Align(8);
            metadata.AddManifestResource(ManifestResourceAttributes.Public, metadata.GetOrAddString(name), default, (uint)resources.Count);
            resources.WriteInt32(content.Length);
            resources.WriteBytes(content);
        }
        BlobBuilder file = new();
        new ManagedPEBuilder(
            PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(metadata), new BlobBuilder(),
                managedResources: resources).Serialize(file);
        return file.ToArray();
    }

    public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public void Dispose() => _folder.Dispose();
}
