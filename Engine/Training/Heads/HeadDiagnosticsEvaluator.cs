using QEngine.Models;
using QEngine.Tensors;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>Takes the <see cref="HeadDiagnostics"/> of a model on some of its training texts.</summary>
internal sealed class HeadDiagnosticsEvaluator : IEvaluator
{
    private const int MaxTexts = 256;

    private readonly EmbeddingModel<float> _model;
    private readonly WorkerPool _workers;
    private readonly PackedSequences _sample = new();

    /// <summary>Prepares for a set: its first 256 texts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="set">Whose texts.</param>
    /// <param name="workers">The threads to use.</param>
    public HeadDiagnosticsEvaluator(EmbeddingModel<float> model, TrainingSet set, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(workers);
        (_model, _workers) = (model, workers);
        for (int text = 0; text < Math.Min(MaxTexts, set.TextCount); text++) _sample.Add(set.Tokens(text), set.UnpooledTokens(text));
    }

    /// <inheritdoc/>
    public void Evaluate(EpochReportBuilder report)
    {
        ArgumentNullException.ThrowIfNull(report);
        HeadDiagnostics head = HeadDiagnostics.Measure(_model, _sample, _workers);
        report.AddDiagnostic(HeadDiagnostics.SaturatedShareName, head.SaturatedShare);
        report.AddDiagnostic(HeadDiagnostics.SpreadName, head.Spread);
        report.AddDiagnostic(HeadDiagnostics.ProbabilityErrorName, head.ProbabilityError);
        report.SetAngles(head.Angles);
    }
}
