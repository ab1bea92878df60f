using QEngine.Quantum;
using QEngine.Tools.Cli;
using QEngine.Tools.Heads;
using QEngine.Workers;

namespace QEngine.Tools.Demo.Real;

/// <summary>A head of the demo.</summary>
/// <param name="Kind">Which way it compresses.</param>
/// <param name="Dimension">Numbers of a compressed vector.</param>
/// <param name="Made">The head.</param>
internal sealed record DemoHead(HeadKind Kind, int Dimension, FinishedHead Made)
{
    /// <summary>What the table calls it.</summary>
    public string Name => $"{Names[Kind]} {Dimension}";

    /// <summary>Its numbers; to leave numbers out takes none.</summary>
    public int Parameters => Kind == HeadKind.Truncate ? 0 : Made.Head.Parameters.Count;

    /// <summary>Whether the encoder is saved with it: the one that was best on the development queries.</summary>
    public bool IsKept => Kind == HeadKind.Linear;

    private static readonly Dictionary<HeadKind, string> Names = new()
    {
        [HeadKind.Truncate] = "first",
        [HeadKind.Pca] = "PCA",
        [HeadKind.Linear] = "linear",
        [HeadKind.Quantum] = "quantum",
    };
}

/// <summary>The heads that are compared, made in seconds each over vectors that stay as they are.</summary>
internal static class DemoHeads
{
    // Chosen on the development queries, of all-MiniLM-L6-v2. States of its vectors are near each other: the paper's tau = 1 hardly
    // tells them apart, and is behind by 0.05 of NDCG@10.
    private const int Batch = 256, Epochs = 10;
    private const double LinearRate = 0.01, QuantumRate = 0.03, Tau = 0.1;

    /// <summary>Numbers of a small vector, less where the full ones are short.</summary>
    public static int Small(int full) => Math.Clamp(full / 6, 1, 64);

    /// <summary>Numbers of a larger one.</summary>
    public static int Large(int full) => Math.Clamp(full / 3, 1, 128);

    /// <summary>Makes the heads one after another.</summary>
    /// <param name="session">Threads and seed.</param>
    /// <param name="rows">What they are made from.</param>
    /// <param name="begin">Told what is being done, before it is.</param>
    public static IEnumerable<DemoHead> Make(Session session, TrainingRows rows, Action<string> begin)
    {
        Vectors vectors = rows.Vectors;
        int small = Small(vectors.Columns), large = Large(vectors.Columns);
        yield return new DemoHead(HeadKind.Truncate, small, HeadRun.Truncate(vectors, small));
        begin("finding principal components");
        int[] all = [.. Enumerable.Range(0, vectors.Rows)];
        yield return new DemoHead(HeadKind.Pca, small, HeadRun.Fit(session, vectors, all, small));
        foreach ((HeadKind kind, int dimension) in ((HeadKind, int)[])[
            (HeadKind.Linear, small), (HeadKind.Quantum, large), (HeadKind.Quantum, small)])
        {
            begin($"training a {kind.ToString().ToLowerInvariant()} head");
            yield return new DemoHead(kind, dimension, Train(session, rows, kind, dimension));
        }
    }

    private static FinishedHead Train(Session session, TrainingRows rows, HeadKind kind, int dimension)
    {
        HeadChoice choice = new(kind, rows.Vectors.Columns, dimension, CompressionGate.ControlledU, Tau, []);
        TrainingChoice training = new(
            Epochs, null, Batch, kind == HeadKind.Quantum ? QuantumRate : LinearRate, Decay: true, Shuffle: true, null);
        // Nothing is held out of the training rows: all of them are of held-in types.
        RelevantPairTask task = new(rows.Vectors, rows.Pairs, share: 0, session.Seed);
        return HeadRun.Train(session, rows.Vectors, task, choice, TaskLoss.Ranking, training);
    }
}
