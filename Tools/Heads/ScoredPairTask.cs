using QEngine.Retrieval;
using QEngine.Statistics;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Heads;

/// <summary>Pairs with a graded score: similarities are to go as the scores do.</summary>
internal sealed class ScoredPairTask : HeadTask
{
    private readonly (int First, int Second)[] _pairs;
    private readonly double[] _scores;

    /// <summary>Splits pairs.</summary>
    public ScoredPairTask(Vectors vectors, VectorPair[] pairs, double share, ulong seed)
    {
        (int[] training, int[] heldOut) = Split(pairs.Length, Unit, share, seed);
        Examples = new ScoredPairExamples(vectors.Data, vectors.Columns, [.. training.Select(i => pairs[i])]);
        TrainingRows = Others(vectors.Rows, heldOut.SelectMany(i => new[] { pairs[i].First, pairs[i].Second }));
        HeldOut = heldOut.Length;
        Measured = Math.Min(HeldOut, MaxRows / 2);
        Places places = new();
        _pairs = [.. heldOut.Take(Measured).Select(i => (places.Of(pairs[i].First), places.Of(pairs[i].Second)))];
        _scores = [.. heldOut.Take(Measured).Select(i => pairs[i].Score)];
        MeasuredRows = places.Rows;
    }

    public override string Unit => "pairs";

    public override HeadExamples Examples { get; }

    public override int[] TrainingRows { get; }

    public override int HeldOut { get; }

    public override int Measured { get; }

    public override int[] MeasuredRows { get; }

    public override string[] Measures => HeldOut == 0 ? [] : ["Spearman", "Pearson"];

    public override string Description => "similarities against the given scores; a vector may be in pairs of both parts";

    public override double[] Measure(HeldOutVectors vectors, WorkerPool workers)
    {
        EmbeddingIndex index = vectors.Index(workers);
        double[] found = new double[_pairs.Length], similarities = new double[_pairs.Length];
        float[] score = new float[1];
        for (int i = 0; i < _pairs.Length; i++)
        {
            index.Score(vectors[_pairs[i].First], [_pairs[i].Second], score);
            (found[i], similarities[i]) = (score[0], vectors.AsSimilarity(score[0]));
        }
        return [Correlation.Spearman(found, _scores) ?? double.NaN, Correlation.Pearson(similarities, _scores) ?? double.NaN];
    }
}
