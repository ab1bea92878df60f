using QEngine.Training;

namespace QEngine.Tools.Heads;

/// <summary>The losses by which heads are trained.</summary>
internal static class TaskLoss
{
    /// <summary>Cross-entropy of the candidates' scores.</summary>
    public const string Ranking = "ranking";

    /// <summary>Kullback-Leibler divergence of the shares that the full vectors' cosines have in a batch.</summary>
    public const string Shares = "distill";

    private const string Order = "cosent", Squares = "mse";

    // The paper's factor of cosine and fidelity, where a softmax follows.
    private const double Scale = 20;

    /// <summary>All of them.</summary>
    public static (string Word, Func<ILoss<float>> Create)[] All { get; } =
    [
        (Order, () => new CoSentLoss<float>()),
        (Squares, () => new SquaredErrorLoss<float>()),
        (Ranking, () => new RankingLoss<float>()),
        (Shares, () => new KlDivergenceLoss<float>()),
    ];

    /// <summary>For groups; the first is the default, here and below.</summary>
    public static string[] OfGroups { get; } = [Ranking];

    /// <summary>For pairs.</summary>
    public static string[] OfPairs { get; } = [Order, Squares, Ranking];

    /// <summary>For vectors without labels. A cosine can be that of the full vectors, a fidelity can only rank as it does.</summary>
    public static string[] Unlabelled(HeadKind kind) => HeadKinds.HasAngles(kind) ? [Shares, Squares] : [Squares, Shares];

    /// <summary>What is minimised.</summary>
    public static Objective<float> Objective(string loss, HeadChoice choice)
    {
        ILoss<float> minimised = Array.Find(All, known => known.Word == loss).Create();
        return new Objective<float>(choice.Score(loss == Squares ? 1 : Scale), minimised, choice.Matryoshka);
    }

    /// <summary>Factor and offset that turn the full vectors' cosine into a target.</summary>
    public static (double Scale, double Offset) Target(string loss, HeadKind kind)
    {
        if (loss != Squares) return (Scale, 0);
        // A fidelity is not below 0; that of single qubits is (1 + cos) / 2 of the angle between them.
        return HeadKinds.HasAngles(kind) ? (0.5, 0.5) : (1, 0);
    }

    /// <summary>Requires scores that a loss can use.</summary>
    /// <exception cref="QEngineException">All are equal, or some are beyond what a similarity can be.</exception>
    public static void RequireScores(string loss, HeadKind kind, VectorPair[] pairs, string file)
    {
        double min = pairs.Min(pair => pair.Score), max = pairs.Max(pair => pair.Score);
        if (min == max) throw new QEngineException($"expected scores that differ, found {min} only in {file}");
        double lower = HeadKinds.HasAngles(kind) ? 0 : -1;
        if (loss == Squares && (min < lower || max > 1))
            throw new QEngineException($"expected scores from {lower} to 1 for the loss mse, found {min} to {max} in {file}");
    }
}
