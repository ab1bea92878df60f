using QEngine.Retrieval;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Heads;

/// <summary>Groups of query, positive and negatives, one after the other: the positive is to be first.</summary>
internal sealed class GroupTask : HeadTask
{
    private readonly Vectors _vectors;
    private readonly int[] _training;
    private readonly int _size;
    private readonly ulong _seed;

    /// <summary>Splits groups.</summary>
    public GroupTask(Vectors vectors, int size, double share, ulong seed)
        : this(vectors, size, share, seed, [.. Enumerable.Range(0, GroupExamples.Groups(vectors.Rows, size))])
    {
    }

    private GroupTask(Vectors vectors, int size, double share, ulong seed, int[] groups)
    {
        (_vectors, _size, _seed) = (vectors, size, seed);
        (int[] training, int[] heldOut) = Split(groups, Unit, share, seed);
        _training = training;
        Examples = new GroupExamples(vectors.Data, vectors.Columns, size, training);
        TrainingRows = [.. training.SelectMany(Rows)];
        HeldOut = heldOut.Length;
        Measured = Math.Min(heldOut.Length, Math.Max(1, MaxRows / size));
        MeasuredRows = [.. heldOut.Take(Measured).SelectMany(Rows)];
    }

    public override string Unit => "groups";

    public override HeadExamples Examples { get; }

    public override int[] TrainingRows { get; }

    public override int HeldOut { get; }

    public override int Measured { get; }

    public override int[] MeasuredRows { get; }

    public override string[] Measures => HeldOut == 0 ? [] : ["accuracy@1", "MRR", "NDCG@10"];

    public override string Description =>
        $"the positive among {_size - 1} candidates of its query; one that is tied counts as last of the tie";

    public override HeadTask? CreateValidation() =>
        _training.Length < 2 ? null : new GroupTask(_vectors, _size, ValidationShare(_training.Length), _seed, _training);

    public override double[] Measure(HeldOutVectors queries, HeldOutVectors stored, WorkerPool workers)
    {
        EmbeddingIndex index = stored.Index(workers);
        int[] candidates = new int[_size - 1];
        float[] scores = new float[_size - 1];
        double first = 0, reciprocal = 0, gain = 0;
        for (int group = 0; group < Measured; group++)
        {
            for (int i = 0; i < candidates.Length; i++) candidates[i] = (group * _size) + 1 + i;
            index.Score(queries[group * _size], candidates, scores);
            int rank = scores.Count(score => score >= scores[0]);
            first += rank == 1 ? 1 : 0;
            reciprocal += 1.0 / rank;
            gain += rank <= 10 ? 1 / Math.Log2(rank + 1) : 0;
        }
        return [first / Measured, reciprocal / Measured, gain / Measured];
    }

    private IEnumerable<int> Rows(int group) => Enumerable.Range(group * _size, _size);
}
