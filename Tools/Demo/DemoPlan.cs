using QEngine.Layers;
using QEngine.Models;

namespace QEngine.Tools.Demo;

/// <summary>
/// How much work a demo does. It depends on <c>--minutes</c> and not on the clock, so that a seed gives the same models
/// on a fast and on a slow machine; the shares are measured on two AVX-512 cores.
/// </summary>
/// <param name="Minutes">About how long it takes on such a machine.</param>
internal sealed record DemoPlan(double Minutes)
{
    /// <summary>Pieces of the vocabulary.</summary>
    public const int VocabularySize = 12000;

    /// <summary>Longest text in tokens.</summary>
    public const int MaximumLength = 64;

    /// <summary>Output dimension of the compressing heads.</summary>
    public const int Dimension = 64;

    /// <summary>Queries of a training step; the others' documents are negatives.</summary>
    public const int BatchSize = 128;

    /// <summary>Largest learning rate; chosen on the development queries.</summary>
    public const double LearningRate = 2e-3;

    /// <summary>Expected seconds to embed all documents.</summary>
    public const double EvaluationSeconds = 14;

    // Measured on two free cores: reading, vocabulary and mining; a step of training.
    private const double PreparationSeconds = 12;
    private const double StepsPerSecond = 7;
    private const int Models = 4;

    /// <summary>Expected seconds of a model's training.</summary>
    public double TrainingSeconds => Math.Max(5, ((60 * Minutes) - PreparationSeconds - ((Models + 1) * EvaluationSeconds)) / Models);

    /// <summary>Training steps of each model.</summary>
    public int StepsPerModel => (int)(TrainingSeconds * StepsPerSecond);

    /// <summary>The models compared, the one that is kept last.</summary>
    public static IReadOnlyList<HeadConfiguration> Heads(int hidden) =>
    [
        HeadConfiguration.None(hidden),
        HeadConfiguration.Linear(hidden, Dimension),
        HeadConfiguration.Quantum(hidden, hidden),
        HeadConfiguration.Quantum(hidden, Dimension),
    ];

    /// <summary>The encoder.</summary>
    public static BertConfiguration Encoder(int vocabularySize) =>
        BertConfiguration.Preset("tiny", vocabularySize) with { HiddenDropout = 0, AttentionDropout = 0 };
}
