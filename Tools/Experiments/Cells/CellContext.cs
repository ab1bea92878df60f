using QEngine.Text;
using QEngine.Tools.Cli;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Experiments;

/// <summary>What all cells of a run share, read once.</summary>
/// <param name="Experiment">The experiment.</param>
/// <param name="Data">Its files.</param>
/// <param name="Backbones">The encoders.</param>
/// <param name="Tests">The tests.</param>
/// <param name="Frozen">Vectors under encoders that stay as they are.</param>
internal sealed record CellContext(
    Experiment Experiment,
    DataFiles Data,
    IReadOnlyList<Backbone> Backbones,
    IReadOnlyList<CellTest> Tests,
    FrozenVectors Frozen)
{
    /// <summary>The encoder of a cell.</summary>
    public Backbone BackboneOf(Cell cell) => Backbones.First(backbone => backbone.Choice.Name == cell.Backbone.Name);

    /// <summary>The tests of a cell: those of the experiment, or that of its vectors.</summary>
    public IReadOnlyList<CellTest> TestsOf(Cell cell) => BackboneOf(cell).Given is { } given ? [given.Test] : Tests;

    /// <summary>The training rows of a cell: of the files' rows those of a share of the queries, which its seed picks.</summary>
    /// <remarks>A larger share holds a smaller one of the same seed, and all models of a seed have the same rows.</remarks>
    /// <exception cref="QEngineException">A file is malformed, or there are too few queries.</exception>
    public TrainingRows Rows(Cell cell)
    {
        TrainingRows rows = AllRows(cell.Training);
        return cell.Fraction < 1 ? rows.TakeOut(cell.Fraction, cell.Seed) : rows;
    }

    /// <summary>All training rows, without those of development queries.</summary>
    public TrainingRows AllRows(ExperimentTraining training)
    {
        TrainingRows rows = Read(training, Data.Folder);
        if (Experiment.Development > 0) DevelopmentTest.TakeOut(rows, Experiment.Development);
        return rows;
    }

    /// <summary>The rows of the files.</summary>
    /// <exception cref="QEngineException">A file is malformed.</exception>
    public static TrainingRows Read(ExperimentTraining training, string data)
    {
        TrainingRows rows = new();
        rows.AddTriples([.. training.Triples!.Select(file => Path.Combine(data, file))], training.MaxPerQuery ?? 0);
        if (training.MaxRows is { } most) rows.KeepFirst(most);
        return rows;
    }

    /// <summary>The vocabulary of a new encoder: the file's, or one that is trained on the rows.</summary>
    public Vocabulary Vocabulary(Cell cell, TrainingRows rows) => cell.Training.Vocabulary is { } file
        ? QEngine.Text.Vocabulary.Load(Path.Combine(Data.Folder, file))
        : WordPieceTrainer.Train(
            rows.Texts(),
            new WordPieceTrainerOptions { VocabularySize = cell.Training.VocabularySize ?? CellDefaults.VocabularySize },
            cancellationToken: Session.Cancellation);
}

/// <summary>A model that a cell made.</summary>
/// <param name="Vectors">What it makes of texts.</param>
/// <param name="Parameters">Its sizes.</param>
/// <param name="Training">What it learned from.</param>
/// <param name="Epochs">What its epochs came to.</param>
internal sealed record CellModel(
    CellVectors Vectors, CellParameters Parameters, CellWork Training, IReadOnlyList<CellEpoch> Epochs)
{
    /// <summary>Seconds of training.</summary>
    public double Seconds { get; init; }
}
