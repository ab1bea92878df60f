using QEngine.Storage;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>
/// Model folders in the layout of sentence-transformers: <c>modules.json</c>, <c>config.json</c>, <c>model.safetensors</c>,
/// <c>vocab.txt</c> or <c>tokenizer.json</c>, <c>1_Pooling</c>, and a folder for every module of the head, for instance
/// <c>2_QuantumCompression</c>.
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

    /// <summary>Loads a model; where a training replaces it meanwhile, the old one or the new.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="workers">The threads to use; null for <see cref="WorkerPool.Shared"/>.</param>
    /// <param name="options">In which numbers; null for those of the folder.</param>
    /// <exception cref="QEngineException">
    /// A file is missing, malformed, does not fit the others, or asks for what is not supported; a weight is not finite; the options ask
    /// for float32 of a folder in int8.
    /// </exception>
    public static SentenceEmbedder Load(string folder, WorkerPool? workers = null, LoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        LoadOptions load = options ?? new LoadOptions();
        if (load.Precision is { } precision) Require.Named(precision);
        return ReplacedFolder.Read(folder, () => ModelReader.Read(folder, load, workers));
    }

    /// <summary>Reads the prompts of a folder whose model is loaded from elsewhere.</summary>
    /// <param name="folder">The folder, of a model of the same fingerprint.</param>
    /// <param name="embedder">The model.</param>
    /// <exception cref="QEngineException">The file is malformed.</exception>
    internal static Prompts ReadPrompts(string folder, SentenceEmbedder embedder) => ReplacedFolder.Read(
        folder,
        () => SentenceFile.Read(Path.Combine(folder, SentenceFile.FileName), embedder.Model.Head, embedder.Prompts.Pooled));

    /// <summary>Checks, before a long training starts, that a model or a head can be saved to a folder.</summary>
    /// <param name="folder">The folder: new in an existing one, empty, or an older model's.</param>
    /// <exception cref="QEngineException">
    /// It is a file, holds something else, or the folder above it is missing or not writable.
    /// </exception>
    public static void RequireWritable(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        RequireOwnReadme(folder);
        AtomicFolder.Require(folder, Names.Contains);
    }

    /// <summary>
    /// Requires a <c>README.md</c> of a folder that is to be replaced to be a model's: any folder may have one, also somebody's own.
    /// </summary>
    /// <param name="folder">The folder, which need not exist.</param>
    /// <exception cref="QEngineException">There is a <c>README.md</c> and no <c>modules.json</c> beside it.</exception>
    public static void RequireOwnReadme(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (File.Exists(Path.Combine(folder, ModelCardFile.FileName)) && !File.Exists(Path.Combine(folder, ModuleList.FileName)))
            throw new QEngineException(
                $"expected a new or empty folder, or an older model's to replace, "
                + $"found {ModelCardFile.FileName} without {ModuleList.FileName} in {FileErrors.Name(folder)}");
    }

    /// <summary>
    /// Saves a model so that, unless it is a quantum one, sentence-transformers opens it; the folder appears whole or not at all.
    /// </summary>
    /// <param name="embedder">The model.</param>
    /// <param name="folder">The folder; its parent must exist. One that holds a model's files or nothing is replaced.</param>
    /// <param name="options">How; null for 32 bits and a card of what the model is.</param>
    /// <exception cref="QEngineException">
    /// The folder holds other files or cannot be written, or a weight is not finite or too large for 16 bits.
    /// </exception>
    public static void Save(SentenceEmbedder embedder, string folder, SaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(folder);
        RequireOwnReadme(folder);
        AtomicFolder.Write(folder, Names.Contains, target => ModelWriter.Write(embedder, target, options ?? new SaveOptions()));
    }

    private static HashSet<string> FindNames()
    {
        HashSet<string> names = new(StringComparer.Ordinal)
        {
            ModuleList.FileName, EncoderConfigurationFile.FileName, SentenceFile.FileName, TransformerFile.FileName, ParameterFile.FileName,
            "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", ModuleList.PoolingFolder,
            ModelCardFile.FileName,
        };
        foreach (HeadModuleKind kind in HeadModuleKind.All)
        {
            for (int place = 0; place < ModuleList.MaxHeadModules; place++) names.Add(HeadConfiguration.Folder(place, kind));
        }
        return names;
    }
}
