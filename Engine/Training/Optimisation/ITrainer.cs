using QEngine.Layers;

namespace QEngine.Training;

/// <summary>A training that is done step by step and can be saved between two steps; <see cref="TrainingLoop"/> drives it.</summary>
/// <remarks>
/// What is random in a step follows from the seed and the step's number alone, so that a restored run ends with the bits of one
/// that was not interrupted.
/// </remarks>
public interface ITrainer
{
    /// <summary>What is trained.</summary>
    ParameterStore<float> Parameters { get; }

    /// <summary>Steps of the whole run, at least 1.</summary>
    int Steps { get; }

    /// <summary>Steps done, 0 to <see cref="Steps"/>.</summary>
    int CompletedSteps { get; }

    /// <summary>Epoch of the next step, or of the last one where that ended the epoch or the run; from 1.</summary>
    int Epoch { get; }

    /// <summary>Whether the last step ended an epoch or the run: time for measures.</summary>
    bool EpochEnded { get; }

    /// <summary>Tokens encoded so far; 0 where vectors are trained on.</summary>
    long Tokens { get; }

    /// <summary>The next step of the run.</summary>
    /// <returns>The mean loss before the step, in nats where the loss is a cross-entropy.</returns>
    /// <exception cref="QEngineException">A loss or gradient is not finite.</exception>
    double Step();

    /// <summary>Adds what the steps of the epoch came to.</summary>
    /// <param name="report">Receives measures and diagnostics; at least the loss.</param>
    void Report(EpochReportBuilder report);

    /// <summary>Hands the state of the run, but for the parameters, to a checkpoint.</summary>
    /// <param name="checkpoint">Receives it.</param>
    void Save(TrainingCheckpointWriter checkpoint);

    /// <summary>Goes on from a checkpoint of a run with the same settings and examples; the parameters are restored already.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <exception cref="QEngineException">It is not one of such a run.</exception>
    void Restore(TrainingCheckpoint checkpoint);
}
