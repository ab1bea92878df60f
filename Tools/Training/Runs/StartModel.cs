using QEngine.Layers;
using QEngine.Models;
using QEngine.Text;
using QEngine.Workers;

namespace QEngine.Tools.Training;

/// <summary>Models as training finds them.</summary>
internal static class StartModel
{
    /// <summary>A new encoder with its first values.</summary>
    /// <param name="configuration">Its sizes.</param>
    /// <param name="vocabulary">Its vocabulary.</param>
    /// <param name="head">The head for an encoder's width.</param>
    /// <param name="seed">Of the first values.</param>
    /// <param name="maximumLength">Longest text in tokens.</param>
    /// <param name="workers">The threads to use.</param>
    public static SentenceEmbedder New(
        BertConfiguration configuration, Vocabulary vocabulary, Func<int, HeadConfiguration> head, ulong seed, int maximumLength,
        WorkerPool workers)
    {
        EmbeddingModel<float> model = new(configuration, head(configuration.HiddenSize));
        model.Parameters.Initialize(seed);
        return new SentenceEmbedder(model, new BertTokenizer(vocabulary), maximumLength, workers);
    }

    /// <summary>The encoder of a model with the head that is asked for.</summary>
    /// <param name="start">The model; it stays as it is.</param>
    /// <param name="configuration">Its encoder's configuration, perhaps with another dropout.</param>
    /// <param name="headOf">The head for an encoder's width.</param>
    /// <param name="seed">Of a new head's first values.</param>
    /// <param name="maximumLength">Longest text in tokens; no more than the encoder takes.</param>
    /// <param name="workers">The threads to use.</param>
    public static SentenceEmbedder From(
        SentenceEmbedder start, BertConfiguration configuration, Func<int, HeadConfiguration> headOf, ulong seed, int maximumLength,
        WorkerPool workers)
    {
        HeadConfiguration head = headOf(configuration.HiddenSize);
        EmbeddingModel<float> model = new(configuration, head, start.Model.Pooling);
        model.Parameters.Initialize(seed);
        // The same head goes on from where it was; another one starts anew on the folder's encoder.
        int kept = head == start.Model.Head ? start.Model.Parameters.Count : start.Model.EncoderLength;
        start.Model.Parameters.CopyTo(model.Parameters.Values.AsSpan(0, kept));
        return new SentenceEmbedder(model, start.Tokenizer, Math.Min(maximumLength, configuration.MaximumPositions), workers)
        {
            Prompts = start.Prompts,
        };
    }
}
