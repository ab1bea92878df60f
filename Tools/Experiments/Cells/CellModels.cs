using System.Numerics;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Tools.Heads;
using QEngine.Training;

namespace QEngine.Tools.Experiments;

/// <summary>Heads and objectives of an experiment's models.</summary>
internal static class CellModels
{
    // The paper's factor of cosine and fidelity.
    private const double Scale = 20;

    /// <summary>The head that is trained with an encoder.</summary>
    /// <param name="model">The model.</param>
    /// <param name="width">d.</param>
    /// <param name="size">k.</param>
    public static HeadConfiguration Head(ExperimentModel model, int width, int size)
    {
        EncodingScale scale = model.EncodingScale switch
        {
            EncodingScaleSource.Learned => EncodingScale.One,
            EncodingScaleSource.PerInput => EncodingScale.PerInput,
            _ => EncodingScale.None,
        };
        int trained = Trained(model, size);
        DenseModule dense = new(width, trained, model.Activation);
        return (model.Head, model.Similarity) switch
        {
            (CellHead.Quantum, _) => new HeadConfiguration(
                width, new QuantumModule(width, size, model.Gate, scale, model.Angles) { HasResidualReadout = model.HasResidual }),
            (CellHead.Entangled, _) => HeadConfiguration.Entangled(width, BitOperations.Log2((uint)size) - 1, model.StateEncoding, scale),
            (CellHead.None, Similarity.Fidelity) => HeadConfiguration.Quantum(width, width),
            (CellHead.Linear, Similarity.Fidelity) => new HeadConfiguration(width, dense, new QuantumModule(size, size)),
            (CellHead.Linear, _) => new HeadConfiguration(width, dense),
            (CellHead.Grouped, _) => HeadConfiguration.Grouped(width, size, model.Groups ?? size),
            _ => HeadConfiguration.None(width),
        };
    }

    /// <summary>Numbers of a vector in training: of one that is to be cut, the whole.</summary>
    public static int Trained(ExperimentModel model, int size) => model.Matryoshka.Length > 0 ? model.Matryoshka[^1] : size;

    /// <summary>What is minimised: the paper's cross-entropy of 20 F or 20 cos, or of another form of F.</summary>
    public static Objective<float> Objective(ExperimentModel model) =>
        new(FidelityForms.Score(model.Score, model.Similarity, Scale, model.Tau), new RankingLoss<float>(), model.Matryoshka);

    /// <summary>The head over vectors that stay as they are.</summary>
    public static HeadChoice Choice(ExperimentModel model, int width, int size) =>
        new(Kind(model.Head), width, Trained(model, size), model.Gate, model.Tau, model.Matryoshka)
        {
            Angles = model.Angles,
            HasResidual = model.HasResidual,
            Groups = model.Groups,
            Activation = model.Activation,
            StateEncoding = model.StateEncoding,
            StartDeviation = model.StartDeviation,
            Form = model.Score,
            EncodingScale = new EncodingScaleChoice(model.EncodingScale ?? EncodingScaleSource.Standardize),
        };

    /// <summary>What an encoder does to pooled vectors, and after it an order of their numbers that the seed draws, where asked.</summary>
    public static Head Own(Cell cell, Backbone backbone)
    {
        List<HeadModule> modules = [];
        if (backbone.Normalizes) modules.Add(new NormalizeModule(backbone.Width));
        if (cell.Model.ShufflesInputs)
            modules.Add(new DenseModule(backbone.Width, backbone.Width, DenseActivation.Identity, Bias: false));
        if (modules.Count == 0) return QEngine.Models.Head.Create(HeadConfiguration.None(backbone.Width));
        Head own = QEngine.Models.Head.Create(new HeadConfiguration(backbone.Width, [.. modules]));
        if (!cell.Model.ShufflesInputs) return own;
        int[] order = [.. Enumerable.Range(0, backbone.Width)];
        new SplittableRandom(cell.Seed).Shuffle<int>(order);
        Span<float> weights = own.Parameters.Values.AsSpan();
        weights.Clear();
        for (int i = 0; i < order.Length; i++) weights[(i * backbone.Width) + order[i]] = 1;
        return own;
    }

    /// <summary>A random projection: normal numbers of variance 1 / k, which keep lengths on average (Johnson and Lindenstrauss).</summary>
    public static Head RandomProjection(int width, int size, ulong seed)
    {
        Head head = QEngine.Models.Head.Create(
            new HeadConfiguration(width, new DenseModule(width, size, DenseActivation.Identity, Bias: false)));
        SplittableRandom random = new(seed);
        double deviation = 1 / Math.Sqrt(size);
        foreach (ref float value in head.Parameters.Values.AsSpan()) value = (float)(deviation * random.NextGaussian());
        return head;
    }

    private static HeadKind Kind(CellHead head) => head switch
    {
        CellHead.Entangled => HeadKind.Entangled,
        CellHead.Linear => HeadKind.Linear,
        CellHead.Grouped => HeadKind.Grouped,
        CellHead.Pca => HeadKind.Pca,
        CellHead.TemperedPca => HeadKind.TemperedPca,
        CellHead.Truncate => HeadKind.Truncate,
        // Without a head fidelity compares what the encoding alone makes of the vectors.
        _ => HeadKind.Quantum,
    };
}
