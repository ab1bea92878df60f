using QEngine.Layers;
using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>
/// Model folders in the layout of sentence-transformers: <c>modules.json</c>, <c>config.json</c>, <c>model.safetensors</c>,
/// <c>vocab.txt</c> or <c>tokenizer.json</c>, <c>1_Pooling</c>, and a folder for every module of the head, for instance <c>2_QuantumCompression</c>.
/// </summary>
/// <remarks>
/// A plain Hugging Face folder of BERT or DistilBERT, without <c>modules.json</c>, is a model of mean pooling without a head. Weights
/// may be F64, F32, F16 or BF16, in one file or several with an index. Every number in the files is checked against the weights
/// before anything is allocated from it; what is not supported is refused by name.
/// </remarks>
public static class ModelFolder
{
    private static readonly HashSet<string> KnownNames = FindNames();

    /// <summary>Names that files and folders of a saved model have, at any depth: a folder with any other is not replaced.</summary>
    public static IReadOnlySet<string> Names => KnownNames;

    /// <summary>Loads a model.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="workers">The threads to use; null for the caller's alone.</param>
    /// <exception cref="QEngineException">A file is missing, malformed, does not fit the others, or asks for what is not supported; a weight is not finite.</exception>
    public static SentenceEmbedder Load(string folder, WorkerPool? workers = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return ModelReader.Read(folder, workers);
    }

    /// <summary>Checks, before a long training starts, that a model or a head can be saved to a folder.</summary>
    /// <param name="folder">The folder: new in an existing one, empty, or an older model's.</param>
    /// <exception cref="QEngineException">It is a file, holds something else, or the folder above it is missing or not writable.</exception>
    public static void RequireWritable(string folder) => AtomicFolder.Require(folder, Names);

    /// <summary>Saves a model; the folder appears whole or not at all.</summary>
    /// <param name="embedder">The model.</param>
    /// <param name="folder">The folder; its parent must exist. One that holds a model's files or nothing is replaced.</param>
    /// <param name="options">How; null for 32 bits and no card.</param>
    /// <exception cref="QEngineException">The folder holds other files or cannot be written, or a weight is not finite.</exception>
    public static void Save(SentenceEmbedder embedder, string folder, SaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(folder);
        EmbeddingModel<float> model = embedder.Model;
        BertConfiguration encoder = model.Encoder.Configuration;
        AtomicFolder.Write(folder, Names, target =>
        {
            ParameterFile.Write(Path.Combine(target, ParameterFile.FileName), model.Parameters.OfModule(""));
            EncoderConfigurationFile.Write(Path.Combine(target, EncoderConfigurationFile.FileName), encoder, "float32");
            TokenizerFiles.Write(target, embedder.Tokenizer.Vocabulary, embedder.MaximumLength);
            TransformerFile.Write(Path.Combine(target, TransformerFile.FileName), embedder.MaximumLength);
            SentenceFile.Write(Path.Combine(target, SentenceFile.FileName), embedder.Similarity, embedder.Prompts);
            PoolingFile.Write(Path.Combine(Inner(target, ModuleList.PoolingFolder), PoolingFile.FileName), encoder.HiddenSize, model.Pooling, embedder.Prompts.Pooled);
            for (int i = 0; i < model.Head.Modules.Count; i++)
            {
                string name = model.Head.Folder(i);
                HeadFolder.WriteModule(model.Head.Modules[i], model.Parameters.OfModule(name), Inner(target, name));
            }
            ModuleList.Write(Path.Combine(target, ModuleList.FileName), model.Head);
        });
    }

    private static string Inner(string folder, string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;

    private static HashSet<string> FindNames()
    {
        HashSet<string> names = new(StringComparer.Ordinal)
        {
            ModuleList.FileName, EncoderConfigurationFile.FileName, SentenceFile.FileName, TransformerFile.FileName, ParameterFile.FileName,
            "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", ModuleList.PoolingFolder,
        };
        foreach (HeadModuleKind kind in HeadModuleKind.All)
        {
            for (int place = 0; place < ModuleList.MostHeadModules; place++) names.Add(HeadConfiguration.Folder(place, kind));
        }
        return names;
    }
}
