using QEngine.Layers;
using QEngine.Storage;
using QEngine.Text;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>
/// Model folders in the layout of sentence-transformers: <c>modules.json</c>, <c>config.json</c>, <c>model.safetensors</c>,
/// <c>vocab.txt</c> or <c>tokenizer.json</c>, <c>1_Pooling</c>, and a folder for every module of the head, for instance <c>2_QuantumCompression</c>.
/// </summary>
/// <remarks>
/// A plain Hugging Face BERT folder, without <c>modules.json</c>, is a model of mean pooling without a head. Every number in
/// the files is checked against the weights before anything is allocated from it.
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
        string list = Path.Combine(folder, ModuleList.FileName);
        ModuleList modules = File.Exists(list) ? ModuleList.Read(list) : ModuleList.Plain;
        string transformer = Path.Combine(folder, modules.Transformer);

        BertConfiguration encoder = BertConfigurationFile.Read(Path.Combine(transformer, BertConfigurationFile.FileName));
        if (modules.Pooling is not null)
            SentenceFiles.RequireMeanPooling(Path.Combine(folder, modules.Pooling, SentenceFiles.Pooling), encoder.HiddenSize);
        HeadConfiguration head = ReadHead(folder, modules, encoder.HiddenSize);
        SentenceFiles.RequireSimilarity(Path.Combine(folder, SentenceFiles.Comparison), head.Similarity);

        Vocabulary vocabulary = TokenizerFiles.Read(transformer);
        if (vocabulary.Count > encoder.VocabularySize)
            throw new QEngineException($"expected a vocabulary of at most vocab_size {encoder.VocabularySize} pieces, found {vocabulary.Count} in {FileErrors.Name(transformer)}");
        int length = SentenceFiles.ReadMaximumLength(Path.Combine(transformer, SentenceFiles.Length), encoder.MaximumPositions, vocabulary.Settings);

        EmbeddingModel<float> model = ReadModel(folder, modules, encoder, head);
        return new SentenceEmbedder(model, new BertTokenizer(vocabulary), length, workers);
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
            BertConfigurationFile.Write(Path.Combine(target, BertConfigurationFile.FileName), encoder);
            TokenizerFiles.Write(target, embedder.Tokenizer.Vocabulary, embedder.MaximumLength);
            SentenceFiles.WriteMaximumLength(Path.Combine(target, SentenceFiles.Length), embedder.MaximumLength);
            SentenceFiles.WriteSimilarity(Path.Combine(target, SentenceFiles.Comparison), embedder.Similarity);
            SentenceFiles.WritePooling(Path.Combine(Inner(target, ModuleList.PoolingFolder), SentenceFiles.Pooling), encoder.HiddenSize);
            for (int i = 0; i < model.Head.Modules.Count; i++)
            {
                string name = model.Head.Folder(i);
                HeadFolder.WriteModule(model.Head.Modules[i], model.Parameters.OfModule(name), Inner(target, name));
            }
            ModuleList.Write(Path.Combine(target, ModuleList.FileName), model.Head);
        });
    }

    private static HeadConfiguration ReadHead(string folder, ModuleList modules, int hidden)
    {
        HeadModule[] chain = new HeadModule[modules.Head.Count];
        int width = hidden;
        for (int i = 0; i < chain.Length; i++)
        {
            (HeadModuleKind kind, string name) = modules.Head[i];
            string path = Path.Combine(folder, name);
            chain[i] = kind.Read(path, width);
            if (chain[i].InputDimension != width)
                throw new QEngineException($"expected in_features {width} as the module before has outputs, found {chain[i].InputDimension} in {FileErrors.Name(path)}");
            width = chain[i].OutputDimension;
        }
        return new HeadConfiguration(hidden, chain);
    }

    private static EmbeddingModel<float> ReadModel(string folder, ModuleList modules, BertConfiguration encoder, HeadConfiguration head)
    {
        using EncoderFile weights = EncoderFile.Open(Path.Combine(folder, modules.Transformer, ParameterFile.FileName), encoder);
        SafetensorsFile?[] files = new SafetensorsFile?[head.Modules.Count];
        try
        {
            for (int i = 0; i < files.Length; i++)
            {
                if (head.Modules[i].Kind.HasWeights) files[i] = HeadFile.Open(Path.Combine(folder, modules.Head[i].Folder, ParameterFile.FileName), head.Modules[i]);
            }
            EmbeddingModel<float> model = new(encoder, head);
            weights.Read(model);
            for (int i = 0; i < files.Length; i++)
            {
                if (files[i] is { } file) ParameterFile.Read(file, "", model.Parameters.OfModule(head.Folder(i)));
            }
            return model;
        }
        finally
        {
            foreach (SafetensorsFile? file in files) file?.Dispose();
        }
    }

    private static HashSet<string> FindNames()
    {
        HashSet<string> names = new(StringComparer.Ordinal)
        {
            ModuleList.FileName, BertConfigurationFile.FileName, SentenceFiles.Comparison, SentenceFiles.Length, ParameterFile.FileName,
            "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", ModuleList.PoolingFolder,
        };
        foreach (HeadModuleKind kind in HeadModuleKind.All)
        {
            for (int place = 0; place < ModuleList.MostHeadModules; place++) names.Add(HeadConfiguration.Folder(place, kind));
        }
        return names;
    }

    private static string Inner(string folder, string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
}
