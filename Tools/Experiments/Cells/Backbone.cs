using QEngine.Layers;
using QEngine.Models;
using QEngine.Text;
using QEngine.Tools.Heads;
using QEngine.Workers;

namespace QEngine.Tools.Experiments;

/// <summary>An encoder of an experiment, loaded.</summary>
internal sealed class Backbone
{
    private Backbone(ExperimentBackbone choice, int width, int layers) => (Choice, Width, Layers) = (choice, width, layers);

    /// <summary>What the experiment says of it.</summary>
    public ExperimentBackbone Choice { get; }

    /// <summary>d, numbers of a pooled vector.</summary>
    public int Width { get; }

    /// <summary>Layers of the encoder.</summary>
    public int Layers { get; }

    /// <summary>Encoder and pooling, without modules after them; null for a new one.</summary>
    public EmbeddingModel<float>? Model { get; private init; }

    /// <summary>Its tokenizer; null for a new one.</summary>
    public BertTokenizer? Tokenizer { get; private init; }

    /// <summary>What it wants before the texts.</summary>
    public Prompts Prompts { get; private init; } = Prompts.None;

    /// <summary>Whether the model's own vectors have length 1.</summary>
    public bool Normalizes { get; private init; }

    /// <summary>The vectors that stand in its place; null for an encoder.</summary>
    public ExperimentVectors? Given { get; private init; }

    /// <summary>Tells its weights from others; null for a new one and for vectors.</summary>
    public string? Fingerprint { get; private init; }

    /// <summary>Reads the vectors that stand in the place of an encoder.</summary>
    /// <param name="choice">Which ones.</param>
    /// <param name="data">The folder of data.</param>
    /// <exception cref="QEngineException">A file is missing or malformed, or files do not fit together.</exception>
    public static Backbone Read(ExperimentBackbone choice, string data)
    {
        ExperimentVectors given = ExperimentVectors.Read(choice.Vectors!, data);
        return new Backbone(choice, given.Training.Columns, layers: 0) { Given = given };
    }

    /// <summary>Loads an encoder.</summary>
    /// <param name="choice">Which one.</param>
    /// <param name="folder">Folder that is looked in for a folder of the encoder's name first, or null.</param>
    /// <exception cref="QEngineException">There is none, it cannot be loaded, or it has a head.</exception>
    public static Backbone Load(ExperimentBackbone choice, string? folder)
    {
        if (choice.IsNew)
        {
            BertConfiguration preset = BertConfiguration.Preset(choice.Model, 1);
            return new Backbone(choice, preset.HiddenSize, preset.Layers);
        }
        string named = folder is null ? "" : Path.Combine(folder, choice.Model);
        // Vectors are computed by the threads of the cell that asks for them, never by these.
        using WorkerPool workers = new(1);
        SentenceEmbedder own = BaseModel.Load(Directory.Exists(named) ? named : choice.Model, workers);
        if (own.Precision != EncoderPrecision.Float32)
            throw new QEngineException($"expected an encoder in float32 as a backbone, found one in int8: {choice.Model}");
        BertConfiguration encoder = own.Model.Encoder.Configuration;
        EmbeddingModel<float> pooled = new(encoder, HeadConfiguration.None(encoder.HiddenSize), own.Model.Pooling);
        own.Model.Parameters.Values.AsSpan(0, own.Model.EncoderLength).CopyTo(pooled.Parameters.Values);
        return new Backbone(choice, encoder.HiddenSize, encoder.Layers)
        {
            Model = pooled,
            Tokenizer = own.Tokenizer,
            Prompts = own.Prompts,
            Normalizes = own.Model.Head.Modules.Count > 0,
            Fingerprint = ModelFingerprint.Compute(own),
        };
    }

    /// <summary>The pooled encoder with the threads and the longest text of a cell.</summary>
    public SentenceEmbedder Embedder(WorkerPool workers, int maximumLength) => new(
        Model!, Tokenizer!, Math.Min(maximumLength, Model!.Encoder.Configuration.MaximumPositions), workers)
    {
        Prompts = Prompts,
    };
}
