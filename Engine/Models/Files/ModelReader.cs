using QEngine.Layers;
using QEngine.Onnx;
using QEngine.Storage;
using QEngine.Text;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>Reads a model folder: every configuration first, then the weights, checked before anything is allocated for them.</summary>
internal static class ModelReader
{
    /// <summary>Reads a folder; its encoder's weights are safetensors or, where there are none, an ONNX file.</summary>
    public static SentenceEmbedder Read(string folder, LoadOptions load, WorkerPool? workers) =>
        Read(folder, null, new OnnxModelOptions(), load, workers);

    /// <summary>Reads a folder with the encoder's weights in an ONNX file.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="onnx">The file; null for the folder's own weights.</param>
    /// <param name="options">What is asked for instead of what the folder says.</param>
    /// <param name="load">In which numbers.</param>
    /// <param name="workers">The threads to use; null for <see cref="WorkerPool.Shared"/>.</param>
    public static SentenceEmbedder Read(string folder, string? onnx, OnnxModelOptions options, LoadOptions load, WorkerPool? workers)
    {
        string list = Path.Combine(folder, ModuleList.FileName);
        ModuleList modules = File.Exists(list) ? ModuleList.Read(list) : ModuleList.Plain;
        string transformer = Path.Combine(folder, modules.Transformer);

        AdapterFiles.RequireNone(transformer);
        using OnnxWeights? graph = (onnx ?? WeightFolder.FindOnnx(transformer)) is { } path ? OnnxWeights.Open(path) : null;
        BertConfiguration encoder = load.Over(
            WeightFolder.Configuration(transformer, graph, options.Heads), FileErrors.Name(transformer));
        (PoolingMode pooling, bool includePrompt) = modules.Pooling is null
            ? (PoolingMode.Mean, true)
            : PoolingFile.Read(Path.Combine(folder, modules.Pooling, PoolingFile.FileName), encoder.HiddenSize);
        HeadConfiguration head = ReadHead(folder, modules, encoder.HiddenSize);
        Prompts prompts = options.Over(SentenceFile.Read(Path.Combine(folder, SentenceFile.FileName), head, includePrompt));

        TransformerFile texts = TransformerFile.Read(transformer, encoder.MaximumPositions);
        (Vocabulary vocabulary, double length) = TokenizerFiles.Read(transformer, texts.Lowercase, options.Vocabulary);
        if (vocabulary.Count > encoder.VocabularySize)
            throw new QEngineException(
                $"expected a vocabulary of at most vocab_size {encoder.VocabularySize} pieces, "
                + $"found {vocabulary.Count} in {FileErrors.Name(transformer)}");
        int maximum = options.MaximumLength ?? texts.MaximumLength ?? (int)Math.Min(length, encoder.MaximumPositions);

        workers ??= WorkerPool.Shared;
        // Preparing the tokenizer takes as long as reading a third of a small encoder's weights.
        BertTokenizer? tokenizer = null;
        EmbeddingModel<float> model = ReadModel(
            folder, modules, graph, encoder, options.Over(head), options.Pooling ?? pooling, workers,
            () => tokenizer = new BertTokenizer(vocabulary));
        return new SentenceEmbedder(model, tokenizer!, maximum, workers) { Prompts = prompts };
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
                throw new QEngineException(
                    $"expected in_features {width} as the module before has outputs, "
                    + $"found {chain[i].InputDimension} in {FileErrors.Name(path)}");
            width = chain[i].OutputDimension;
        }
        return new HeadConfiguration(hidden, chain);
    }

    // Each part fits an array; all of them lie in one.
    private static void RequireSize(BertConfiguration encoder, HeadConfiguration head, string folder)
    {
        Int128 weights = EncoderConfigurationFile.Parameters(encoder);
        foreach (HeadModule module in head.Modules) weights += module.Weights;
        if (weights > Array.MaxLength)
            throw new QEngineException(
                $"expected a model of at most {Array.MaxLength} weights, found one of {weights} in {FileErrors.Name(folder)}");
    }

    // Modules that an option adds come last and have no weights.
    private static EmbeddingModel<float> ReadModel(
        string folder, ModuleList modules, IWeights? graph, BertConfiguration encoder, HeadConfiguration head, PoolingMode pooling,
        WorkerPool workers, Action meanwhile)
    {
        string transformer = Path.Combine(folder, modules.Transformer);
        bool hasInputScales = EncoderConfigurationFile.HasInputScales(Path.Combine(transformer, EncoderConfigurationFile.FileName));
        using EncoderFile weights = EncoderFile.Open(graph ?? SafetensorsSet.Open(transformer), encoder, hasInputScales);
        SafetensorsSet?[] files = new SafetensorsSet?[head.Modules.Count];
        try
        {
            for (int i = 0; i < files.Length; i++)
            {
                if (head.Modules[i].Kind.HasWeights)
                    files[i] = HeadFile.Open(Path.Combine(folder, modules.Head[i].Folder), head.Modules[i]);
            }
            RequireSize(encoder, head, folder);
            EmbeddingModel<float> model = EmbeddingModel<float>.ToCompute(encoder, head, pooling);
            weights.Read(model, workers, meanwhile);
            for (int i = 0; i < files.Length; i++)
            {
                if (files[i] is { } file)
                    ParameterReader.Read(file, "", model.Parameters.OfModule(head.Folder(i)), float.MaxValue, workers);
            }
            return model;
        }
        finally
        {
            foreach (SafetensorsSet? file in files) file?.Dispose();
        }
    }
}
