using QEngine.Layers;
using QEngine.Models;
using QEngine.Tests.Layers;
using QEngine.Tests.Support;
using QEngine.Tests.Text;
using QEngine.Text;

namespace QEngine.Tests.Onnx;

/// <summary>A folder with an exported encoder of random weights, config.json and vocab.txt.</summary>
internal sealed class OnnxFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Vocabulary _vocabulary = SmallVocabulary.Create();

    /// <summary>Writes the folder.</summary>
    /// <param name="style">How the file is written.</param>
    /// <param name="sizes">The encoder.</param>
    /// <param name="path">Where the file lies; configuration and vocabulary lie in the folder <c>model</c>.</param>
    /// <param name="change">See <see cref="EncoderExport.Of"/>.</param>
    public OnnxFolder(ExportStyle style, BertConfiguration sizes, string path, Func<OnnxFile, string, string>? change = null)
    {
        Sizes = sizes;
        EmbeddingModel<float> model = new(sizes, HeadConfiguration.None(sizes.HiddenSize));
        RandomParameters.Fill(model.Parameters, seed: 78);
        EncoderExport export = EncoderExport.Of(style, model.Parameters.Parameters, sizes, change);
        Stored = export.Stored;
        Directory.CreateDirectory(Path("model"));
        export.File.Save(Path(path));
        EncoderConfigurationFile.Write(Path("model/config.json"), sizes);
        _vocabulary.SaveText(Path("model/vocab.txt"));
    }

    public BertConfiguration Sizes { get; }

    /// <summary>The weights in the file, by name.</summary>
    public Dictionary<string, float[]> Stored { get; }

    /// <summary>An encoder of two small layers.</summary>
    public static BertConfiguration Small(EncoderArchitecture architecture)
    {
        bool distil = architecture == EncoderArchitecture.DistilBert;
        return new()
        {
            Architecture = architecture,
            VocabularySize = SmallVocabulary.Create().Count + 2,
            HiddenSize = 24,
            Layers = 2,
            Heads = 4,
            IntermediateSize = 40,
            MaximumPositions = 30,
            TokenTypes = distil ? 0 : 2,
            LayerNormEpsilon = distil ? 1e-12 : 1e-6,
            HiddenDropout = 0.25,
            AttentionDropout = 0.125,
            InitializerRange = 0.03,
        };
    }

    public string Path(string name) => _folder.Path(name);

    /// <summary>The model that the file is of, mean pooling and no head.</summary>
    public SentenceEmbedder Expected()
    {
        EmbeddingModel<float> model = new(Sizes, HeadConfiguration.None(Sizes.HiddenSize));
        foreach (Parameter<float> parameter in model.Parameters.Parameters) Stored[parameter.TensorName].CopyTo(parameter.Values);
        return new SentenceEmbedder(model, new BertTokenizer(_vocabulary), Sizes.MaximumPositions);
    }

    public void Dispose() => _folder.Dispose();
}
