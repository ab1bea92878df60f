using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Statistics;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Heads;

/// <summary>Vectors without labels: neighbours and similarities are to be those of the full vectors' cosine.</summary>
internal sealed class UnlabelledTask : HeadTask
{
    private const int MaxVectors = 2000, Compared = 300;

    private readonly Vectors _vectors;
    private readonly ulong _seed;
    private readonly WorkerPool _workers;
    private readonly HashSet<int>[] _neighbours = [];
    private readonly double[] _similarities = [];

    /// <summary>Splits vectors.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="share">Share to hold out.</param>
    /// <param name="seed">Same seed, same split.</param>
    /// <param name="scale">Factor of the cosine in a target.</param>
    /// <param name="offset">What is added to it.</param>
    /// <param name="workers">The threads to use.</param>
    public UnlabelledTask(Vectors vectors, double share, ulong seed, double scale, double offset, WorkerPool workers)
        : this(vectors, share, seed, scale, offset, workers, [.. Enumerable.Range(0, vectors.Rows)])
    {
    }

    /// <summary>The task of some vectors, none of them held out.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="seed">Same seed, same splits within them.</param>
    /// <param name="target">Factor and offset that turn a cosine into a target.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="rows">Which of them are meant.</param>
    public UnlabelledTask(Vectors vectors, ulong seed, (double Scale, double Offset) target, WorkerPool workers, int[] rows)
        : this(vectors, share: 0, seed, target.Scale, target.Offset, workers, rows)
    {
    }

    private UnlabelledTask(Vectors vectors, double share, ulong seed, double scale, double offset, WorkerPool workers, int[] rows)
    {
        (_vectors, _seed, _workers) = (vectors, seed, workers);
        (int[] training, int[] heldOut) = Split(rows, Unit, share, seed);
        Examples = new UnlabelledExamples(vectors.Data, vectors.Columns, training, scale, offset);
        TrainingRows = training;
        HeldOut = heldOut.Length;
        MeasuredRows = heldOut[..Math.Min(HeldOut, MaxVectors)];
        if (HeldOut == 0) return;
        HeldOutVectors full = HeldOutVectors.Compute(Head.Create(HeadConfiguration.None(vectors.Columns)), vectors, MeasuredRows, workers);
        _neighbours = Nearest(full, full, workers);
        _similarities = Similarities(full, full, workers);
    }

    public override string Unit => "vectors";

    public override HeadExamples Examples { get; }

    public override int[] TrainingRows { get; }

    public override int HeldOut { get; }

    public override int Measured => MeasuredRows.Length;

    public override int[] MeasuredRows { get; }

    public override string[] Measures => HeldOut == 0 ? [] : [$"overlap@{NearestNeighbours.Count}", "Spearman"];

    public override string Description =>
        $"shared nearest neighbours, and similarities of the pairs of {Math.Min(Measured, Compared)} vectors, "
        + "against the full vectors' cosine";

    public override HeadTask? CreateValidation() => TrainingRows.Length < 2
        ? null
        : new UnlabelledTask(_vectors, ValidationShare(TrainingRows.Length), _seed, scale: 1, offset: 0, _workers, TrainingRows);

    public override double[] Measure(HeldOutVectors queries, HeldOutVectors stored, WorkerPool workers)
    {
        HashSet<int>[] nearest = Nearest(queries, stored, workers);
        double shared = 0;
        int all = 0;
        for (int i = 0; i < nearest.Length; i++)
        {
            all += _neighbours[i].Count;
            shared += nearest[i].Count(_neighbours[i].Contains);
        }
        double? correlation = Correlation.Spearman(Similarities(queries, stored, workers), _similarities);
        return [all == 0 ? double.NaN : shared / all, correlation ?? double.NaN];
    }

    private static HashSet<int>[] Nearest(HeldOutVectors queries, HeldOutVectors stored, WorkerPool workers)
    {
        int[] all = [.. Enumerable.Range(0, queries.Data.Length / queries.Dimension)];
        return Array.ConvertAll(NearestNeighbours.Find(queries, stored, all, workers), rows => rows.ToHashSet());
    }

    private double[] Similarities(HeldOutVectors queries, HeldOutVectors stored, WorkerPool workers)
    {
        EmbeddingIndex index = stored.Index(workers);
        int count = Math.Min(Measured, Compared);
        List<double> similarities = new(count * (count - 1) / 2);
        int[] others = [.. Enumerable.Range(0, count)];
        float[] scores = new float[count];
        for (int i = 1; i < count; i++)
        {
            index.Score(queries[i], others.AsSpan(0, i), scores.AsSpan(0, i));
            for (int j = 0; j < i; j++) similarities.Add(scores[j]);
        }
        return [.. similarities];
    }
}
