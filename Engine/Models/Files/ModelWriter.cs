using QEngine.Layers;

namespace QEngine.Models;

/// <summary>Writes the files of a model into an empty folder, in the spelling that every release of sentence-transformers reads.</summary>
internal static class ModelWriter
{
    public static void Write(SentenceEmbedder embedder, string folder, SaveOptions options)
    {
        EmbeddingModel<float> model = embedder.Model;
        BertConfiguration encoder = model.Encoder.Configuration;
        if (options.HalfPrecision && encoder.Precision == EncoderPrecision.Int8)
            throw new QEngineException("expected a model in float32 to store in 16 bits, found one in int8");
        ParameterFile.Write(
            Path.Combine(folder, ParameterFile.FileName), model.Parameters.OfModule(""), options.HalfPrecision,
            QuantizedFile.Entries(model.Parameters.QuantizedParameters));
        EncoderConfigurationFile.Write(
            Path.Combine(folder, EncoderConfigurationFile.FileName), encoder,
            QuantizedFile.HasInputScales(model.Parameters.QuantizedParameters));
        TokenizerFiles.Write(folder, embedder.Tokenizer.Vocabulary, embedder.MaximumLength, encoder.TokenTypes > 0);
        TransformerFile.Write(Path.Combine(folder, TransformerFile.FileName), embedder.MaximumLength);
        SentenceFile.Write(Path.Combine(folder, SentenceFile.FileName), embedder.Similarity, embedder.Prompts);
        PoolingFile.Write(
            Path.Combine(Inner(folder, ModuleList.PoolingFolder), PoolingFile.FileName), encoder.HiddenSize, model.Pooling,
            embedder.Prompts.Pooled);
        for (int i = 0; i < model.Head.Modules.Count; i++)
        {
            string name = model.Head.Folder(i);
            HeadFolder.WriteModule(model.Head.Modules[i], model.Parameters.OfModule(name), Inner(folder, name), options.HalfPrecision);
        }
        ModuleList.Write(Path.Combine(folder, ModuleList.FileName), model.Head);
        ModelCardFile.Write(Path.Combine(folder, ModelCardFile.FileName), embedder, options);
    }

    private static string Inner(string folder, string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
}
