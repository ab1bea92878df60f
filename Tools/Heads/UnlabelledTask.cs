using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Statistics;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Heads;

/// <summary>Vectors without labels: neighbours and similarities are to be those of the full vectors' cosine.</summary>
internal sealed class UnlabelledTask : HeadTask
{
    private const int MaxVectors = 2000, Neighbours = 10, Compared = 300;

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
    {
        (int[] training, int[] heldOut) = Split(vectors.Rows, Unit, share, seed);
        Examples = new UnlabelledExamples(vectors.Data, vectors.Columns, training, scale, offset);
        TrainingRows = training;
        HeldOut = heldOut.Length;
        MeasuredRows = heldOut[..Math.Min(HeldOut, MaxVectors)];
        if (HeldOut == 0) return;
        HeldOutVectors full = HeldOutVectors.Compute(Head.Create(HeadConfiguration.None(vectors.Columns)), vectors, MeasuredRows, workers);
        _neighbours = Nearest(full, workers);
        _similarities = Similarities(full, workers);
    }

    public override string Unit => "vectors";

    public override HeadExamples Examples { get; }

    public override int[] TrainingRows { get; }

    public override int HeldOut { get; }

    public override int Measured => MeasuredRows.Length;

    public override int[] MeasuredRows { get; }

    public override string[] Measures => HeldOut == 0 ? [] : [$"overlap@{Neighbours}", "Spearman"];

    public override string Description =>
        $"shared nearest neighbours, and similarities of the pairs of {Math.Min(Measured, Compared)} vectors, "
        + "against the full vectors' cosine";

    public override double[] Measure(HeldOutVectors vectors, WorkerPool workers)
    {
        HashSet<int>[] nearest = Nearest(vectors, workers);
        double shared = 0;
        int all = 0;
        for (int i = 0; i < nearest.Length; i++)
        {
            all += _neighbours[i].Count;
            shared += nearest[i].Count(_neighbours[i].Contains);
        }
        return [all == 0 ? double.NaN : shared / all, Correlation.Spearman(Similarities(vectors, workers), _similarities) ?? double.NaN];
    }

    private static HashSet<int>[] Nearest(HeldOutVectors vectors, WorkerPool workers)
    {
        Hit[][] hits = vectors.Index(workers).SearchAll(vectors.Data, Neighbours + 1);
        HashSet<int>[] nearest = new HashSet<int>[hits.Length];
        for (int i = 0; i < nearest.Length; i++)
        {
            int own = i;
            nearest[i] = [.. hits[i].Select(hit => hit.Index).Where(index => index != own).Take(Neighbours)];
        }
        return nearest;
    }

    private double[] Similarities(HeldOutVectors vectors, WorkerPool workers)
    {
        EmbeddingIndex index = vectors.Index(workers);
        int count = Math.Min(Measured, Compared);
        List<double> similarities = new(count * (count - 1) / 2);
        int[] others = [.. Enumerable.Range(0, count)];
        float[] scores = new float[count];
        for (int i = 1; i < count; i++)
        {
            index.Score(vectors[i], others.AsSpan(0, i), scores.AsSpan(0, i));
            for (int j = 0; j < i; j++) similarities.Add(scores[j]);
        }
        return [.. similarities];
    }
}
