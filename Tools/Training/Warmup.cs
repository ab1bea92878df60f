using System.Globalization;
using QEngine.Layers;
using QEngine.Text;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>Masked-language-model training of an encoder before its contrastive training.</summary>
internal static class Warmup
{
    /// <summary>Trains an encoder from its first values.</summary>
    /// <param name="session">Threads and seed.</param>
    /// <param name="configuration">Sizes.</param>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="texts">Token ids of the texts.</param>
    /// <param name="options">Settings.</param>
    /// <param name="report">Shows progress: share of the run done, time spent, what is to be said.</param>
    /// <returns>The encoder's parameters as they lie at the front of an embedding model's, and the last loss, averaged.</returns>
    public static (ReadOnlyMemory<float> Encoder, double Loss) Run(
        Session session, BertConfiguration configuration, Vocabulary vocabulary, IReadOnlyList<int[]> texts, PretrainingOptions options, Action<double, TimeSpan, string> report)
    {
        MaskedLanguageModel<float> model = new(configuration);
        model.Parameters.Initialize(session.Seed);
        LossAverage loss = new();
        new Pretrainer(model, texts, vocabulary, options, session.Workers).Run(
            progress =>
            {
                loss.Add(progress.Loss);
                string rate = (progress.Tokens / progress.Elapsed.TotalSeconds).ToString("N0", CultureInfo.InvariantCulture);
                report((double)progress.Step / progress.Steps, progress.Elapsed, $"loss {loss}, {rate} tokens/s");
            },
            Session.Cancellation);
        return (model.Parameters.Values.AsMemory(0, model.EncoderLength), loss.Value);
    }
}

/// <summary>An exponential average of losses, for display.</summary>
internal sealed class LossAverage
{
    private const double Keep = 0.98;
    private double _weight;
    private double _sum;

    /// <summary>The average so far, in nats.</summary>
    public double Value => _sum / _weight;

    /// <summary>Takes one more loss in.</summary>
    public void Add(double loss) => (_sum, _weight) = ((Keep * _sum) + loss, (Keep * _weight) + 1);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("F3", CultureInfo.InvariantCulture);
}
