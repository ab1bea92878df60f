using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tools.Heads;

namespace QEngine.Tools.Experiments;

/// <summary>An experiment: every model with every backbone, size, share of the training rows and seed is a cell.</summary>
internal sealed record Experiment
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it asks, in a sentence or two.</summary>
    public required string Description { get; init; }

    /// <summary>The seeds.</summary>
    public required ulong[] Seeds { get; init; }

    /// <summary>The encoders.</summary>
    public required ExperimentBackbone[] Backbones { get; init; }

    /// <summary>The models.</summary>
    public required ExperimentModel[] Models { get; init; }

    /// <summary>k, numbers of a vector, for models that compress.</summary>
    public required int[] Sizes { get; init; }

    /// <summary>Shares of the training queries.</summary>
    public required double[] Fractions { get; init; }

    /// <summary>Bits of a number in which vectors are kept: 32, 8, 4, 2 or 1.</summary>
    public required int[] Bits { get; init; }

    /// <summary>How models are trained, where backbone or model do not say otherwise.</summary>
    public required ExperimentTraining Training { get; init; }

    /// <summary>Share of the training queries that are not trained on but measured; 0 for none.</summary>
    public required double Development { get; init; }

    /// <summary>What trained models are measured on.</summary>
    public required ExperimentTest[] Tests { get; init; }

    /// <summary>The pairs of models that are compared.</summary>
    public required ExperimentComparison[] Comparisons { get; init; }
}

/// <summary>An encoder that models start from.</summary>
/// <param name="Name">What results call it.</param>
/// <param name="Model">A name of <c>qengine models</c> or a folder; for one from scratch its size, <c>tiny</c> for instance.</param>
/// <param name="Training">What differs in training.</param>
internal sealed record ExperimentBackbone(string Name, string Model, ExperimentTraining Training)
{
    /// <summary>k for this encoder; empty for the experiment's.</summary>
    public int[] Sizes { get; init; } = [];

    /// <summary>The seeds for this encoder; null for the experiment's.</summary>
    public ulong[]? Seeds { get; init; }

    /// <summary>The vectors that stand in its place; null for an encoder.</summary>
    public VectorFiles? Vectors { get; init; }

    /// <summary>Whether it is a new one with random weights.</summary>
    public bool IsNew => Vectors is null && BertConfiguration.Presets.Contains(Model);
}

/// <summary>How a model comes about.</summary>
internal enum CellMethod
{
    /// <summary>As <c>train</c> does it: the head and those layers of the encoder that are not frozen.</summary>
    Train,

    /// <summary>As <c>train-head</c> does it: a head over the vectors of an encoder that stays as it is.</summary>
    Head,
}

/// <summary>The heads of experiments.</summary>
internal enum CellHead
{
    /// <summary>The vectors as they are.</summary>
    None,

    /// <summary>Angle encoding and compression cascade.</summary>
    Quantum,

    /// <summary>A state of few qubits.</summary>
    Entangled,

    /// <summary>f(W u + b).</summary>
    Linear,

    /// <summary>tanh of weighted sums in groups.</summary>
    Grouped,

    /// <summary>Principal components.</summary>
    Pca,

    /// <summary>Principal components, scaled by a power of their variance.</summary>
    TemperedPca,

    /// <summary>The first numbers.</summary>
    Truncate,

    /// <summary>A random projection: W has normal numbers and stays as it is.</summary>
    Random,
}

/// <summary>A model of an experiment.</summary>
/// <param name="Name">What results call it.</param>
/// <param name="Head">Its head.</param>
/// <param name="Method">How it comes about.</param>
/// <param name="Similarity">How its vectors are compared.</param>
/// <param name="Training">What differs in training.</param>
internal sealed record ExperimentModel(
    string Name, CellHead Head, CellMethod Method, Similarity Similarity, ExperimentTraining Training)
{
    /// <summary>What joins two qubits.</summary>
    public CompressionGate Gate { get; init; }

    /// <summary>Which angles of its pairs are parameters.</summary>
    public PairAngles Angles { get; init; }

    /// <summary>Whether its outputs are read with a residual of their encoded qubits.</summary>
    public bool HasResidual { get; init; }

    /// <summary>Temperature of the fidelity score.</summary>
    public double Tau { get; init; } = 1;

    /// <summary>f of a linear head.</summary>
    public DenseActivation Activation { get; init; } = DenseActivation.Tanh;

    /// <summary>Groups of a grouped head; as many as make it about as large as the quantum head if null.</summary>
    public int? Groups { get; init; }

    /// <summary>How the inputs of an entangled head become its state.</summary>
    public StateEncoding StateEncoding { get; init; }

    /// <summary>What divides the inputs of a quantum or entangled head; null for the default of the method.</summary>
    public EncodingScaleSource? EncodingScale { get; init; }

    /// <summary>What of the fidelity is trained by.</summary>
    public FidelityForm Score { get; init; }

    /// <summary>Whether the numbers of vectors come to a quantum head in an order that the seed draws, which joins others.</summary>
    public bool ShufflesInputs { get; init; }

    /// <summary>Standard deviation of a quantum head's raw angles at the start.</summary>
    public double StartDeviation { get; init; } = 1;

    /// <summary>Numbers of vectors that a linear head is trained to be cut to, rising; empty for the whole only.</summary>
    public int[] Matryoshka { get; init; } = [];

    /// <summary>The encoders that it is made for; empty for all.</summary>
    public string[] Backbones { get; init; } = [];

    /// <summary>Whether its vectors have as many numbers as the encoder's, whatever the sizes are.</summary>
    public bool KeepsWidth => Head == CellHead.None;

    /// <summary>Whether it learns from training rows.</summary>
    public bool Learns => Method == CellMethod.Train || Head is not (CellHead.None or CellHead.Truncate or CellHead.Random);
}

/// <summary>What models are measured on.</summary>
/// <param name="Name">What results call it.</param>
/// <param name="Path">A folder of queries, passages and judgements, or a file of scored pairs.</param>
/// <param name="IsPairs">Whether it is scored pairs.</param>
/// <param name="JudgedOnly">Whether each query's judged passages alone are ranked.</param>
/// <param name="Measures">The measures of a ranking; comparisons take the first.</param>
internal sealed record ExperimentTest(string Name, string Path, bool IsPairs, bool JudgedOnly, string[] Measures);

/// <summary>Two models that are compared.</summary>
/// <param name="First">The model in question.</param>
/// <param name="Second">What it is compared with.</param>
internal sealed record ExperimentComparison(string First, string Second);
