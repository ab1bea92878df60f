using QEngine.Retrieval;
using QEngine.Statistics;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Heads;

/// <summary>Pairs with a graded score: similarities are to go as the scores do.</summary>
internal sealed class ScoredPairTask : HeadTask
{
    private readonly Vectors _vectors;
    private readonly VectorPair[] _training;
    private readonly ulong _seed;
    private readonly (int First, int Second)[] _pairs;
    private readonly double[] _scores;

    /// <summary>Splits pairs.</summary>
    public ScoredPairTask(Vectors vectors, VectorPair[] pairs, double share, ulong seed)
    {
        (int[] training, int[] heldOut) = Split(pairs.Length, Unit, share, seed);
        (_vectors, _training, _seed) = (vectors, Array.ConvertAll(training, i => pairs[i]), seed);
        Examples = new ScoredPairExamples(vectors.Data, vectors.Columns, _training);
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

    public override HeadTask? CreateValidation() =>
        _training.Length < 2 ? null : new ScoredPairTask(_vectors, _training, ValidationShare(_training.Length), _seed);

    public override double[] Measure(HeldOutVectors queries, HeldOutVectors stored, WorkerPool workers)
    {
        EmbeddingIndex index = stored.Index(workers);
        double[] found = new double[_pairs.Length], similarities = new double[_pairs.Length];
        float[] score = new float[1];
        for (int i = 0; i < _pairs.Length; i++)
        {
            index.Score(queries[_pairs[i].First], [_pairs[i].Second], score);
            (found[i], similarities[i]) = (score[0], stored.AsSimilarity(score[0]));
        }
        return [Correlation.Spearman(found, _scores) ?? double.NaN, Correlation.Pearson(similarities, _scores) ?? double.NaN];
    }
}
