using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Heads;

/// <summary>Vectors of classes: the nearest others of a vector are to be of its class.</summary>
internal sealed class LabelTask : HeadTask
{
    private const int MaxVectors = 2000;

    private readonly Vectors _vectors;
    private readonly string[] _labels;
    private readonly int _negatives;
    private readonly ulong _seed;

    /// <summary>Splits vectors.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="labels">The class of each.</param>
    /// <param name="negatives">Vectors of other classes that each is compared with in training.</param>
    /// <param name="share">Share to hold out.</param>
    /// <param name="seed">Same seed, same split and comparisons.</param>
    /// <param name="rows">Which of them are meant.</param>
    /// <exception cref="QEngineException">The training part has not two classes, or none of two vectors.</exception>
    public LabelTask(Vectors vectors, string[] labels, int negatives, double share, ulong seed, int[] rows)
    {
        (_vectors, _labels, _negatives, _seed) = (vectors, labels, negatives, seed);
        (TrainingRows, int[] heldOut) = Split(rows, Unit, share, seed);
        Examples = new LabelledExamples(vectors.Data, vectors.Columns, TrainingRows, labels, negatives, seed);
        HeldOut = heldOut.Length;
        MeasuredRows = heldOut[..Math.Min(HeldOut, MaxVectors)];
    }

    public override string Unit => "vectors";

    public override HeadExamples Examples { get; }

    public override int[] TrainingRows { get; }

    public override int HeldOut { get; }

    public override int Measured => MeasuredRows.Length;

    public override int[] MeasuredRows { get; }

    public override string[] Measures => HeldOut == 0 ? [] : [$"P@{NearestNeighbours.Count}"];

    public override string Description => "nearest neighbours of the same class";

    public override HeadTask? CreateValidation() => TrainingRows.Length < 2
        ? null
        : new LabelTask(_vectors, _labels, _negatives, ValidationShare(TrainingRows.Length), _seed, TrainingRows);

    public override double[] Measure(HeldOutVectors queries, HeldOutVectors stored, WorkerPool workers)
    {
        string[] labels = Array.ConvertAll(MeasuredRows, row => _labels[row]);
        int[][] nearest = NearestNeighbours.Find(queries, stored, [.. Enumerable.Range(0, labels.Length)], workers);
        return [nearest.Select((rows, i) => NearestNeighbours.Precision(rows, labels[i], labels)).Average()];
    }
}
