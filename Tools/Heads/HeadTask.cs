using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Heads;

/// <summary>What a head is for: examples to train it on, and a held-out part to measure it and its rivals on.</summary>
internal abstract class HeadTask
{
    /// <summary>Vectors that are measured at most, so that measuring takes seconds.</summary>
    protected const int MaxRows = 20_000;

    private const int MaxValidation = 500;

    /// <summary>What is held out, in the plural.</summary>
    public abstract string Unit { get; }

    /// <summary>The training part.</summary>
    public abstract HeadExamples Examples { get; }

    /// <summary>The vectors that a head may see; those of the held-out part are not among them.</summary>
    public abstract int[] TrainingRows { get; }

    /// <summary>How many units are held out.</summary>
    public abstract int HeldOut { get; }

    /// <summary>How many of these are measured, a random choice.</summary>
    public abstract int Measured { get; }

    /// <summary>The vectors that are measured, each once.</summary>
    public abstract int[] MeasuredRows { get; }

    /// <summary>The measures, each better the larger; none where nothing is held out.</summary>
    public abstract string[] Measures { get; }

    /// <summary>What was measured, in a few words.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// The same task within the training part, whose measured part is what settings are chosen by; null where that part has fewer than two
    /// units.
    /// </summary>
    public abstract HeadTask? CreateValidation();

    /// <summary>Measures vectors; NaN where a measure has no value.</summary>
    /// <param name="vectors">[<see cref="MeasuredRows"/>].</param>
    /// <param name="workers">The threads to use.</param>
    public double[] Measure(HeldOutVectors vectors, WorkerPool workers) => Measure(vectors, vectors, workers);

    /// <summary>Measures vectors that are kept in another form than they are asked for in.</summary>
    /// <param name="queries">[<see cref="MeasuredRows"/>], of which those that ask are taken.</param>
    /// <param name="stored">[<see cref="MeasuredRows"/>], of which those that are compared with them are taken.</param>
    /// <param name="workers">The threads to use.</param>
    public abstract double[] Measure(HeldOutVectors queries, HeldOutVectors stored, WorkerPool workers);

    /// <summary>Share of a training part that settings are chosen by: half, or about as many as tell them apart.</summary>
    protected static double ValidationShare(int count) => Math.Min(0.5, (double)MaxValidation / count);

    /// <summary>Splits units at random: what to train on, in order, and what to hold out, shuffled.</summary>
    /// <param name="count">Number of units.</param>
    /// <param name="unit">What they are, in the plural.</param>
    /// <param name="share">Share to hold out, 0 for none.</param>
    /// <param name="seed">Same seed, same split.</param>
    /// <exception cref="QEngineException">There are too few to hold one out.</exception>
    protected static (int[] Training, int[] HeldOut) Split(int count, string unit, double share, ulong seed)
    {
        if (share > 0 && count < 2)
            throw new QEngineException($"expected at least 2 {unit} to hold one out (--dev-share 0 holds none out), found {count}");
        int heldOut = share > 0 ? Math.Clamp((int)Math.Round(count * share), 1, count - 1) : 0;
        int[] order = [.. Enumerable.Range(0, count)];
        if (heldOut > 0) new SplittableRandom(seed).Split(1).Shuffle<int>(order);
        int[] training = order[heldOut..];
        Array.Sort(training);
        return (training, order[..heldOut]);
    }

    /// <summary>The same for units that are told by numbers of their own.</summary>
    protected static (int[] Training, int[] HeldOut) Split(int[] units, string unit, double share, ulong seed)
    {
        (int[] training, int[] heldOut) = Split(units.Length, unit, share, seed);
        return (Array.ConvertAll(training, i => units[i]), Array.ConvertAll(heldOut, i => units[i]));
    }

    /// <summary>The rows that are not held out, or all where that leaves fewer than two.</summary>
    protected static int[] Others(int rows, IEnumerable<int> heldOut)
    {
        bool[] taken = new bool[rows];
        foreach (int row in heldOut) taken[row] = true;
        int[] others = [.. Enumerable.Range(0, rows).Where(row => !taken[row])];
        return others.Length >= 2 ? others : [.. Enumerable.Range(0, rows)];
    }

    /// <summary>Numbers rows in the order they come, each once.</summary>
    protected sealed class Places
    {
        private readonly Dictionary<int, int> _places = [];
        private readonly List<int> _rows = [];

        /// <summary>The rows.</summary>
        public int[] Rows => [.. _rows];

        /// <summary>How many there are.</summary>
        public int Count => _rows.Count;

        /// <summary>The place of a row.</summary>
        public int Of(int row)
        {
            if (_places.TryGetValue(row, out int place)) return place;
            _places.Add(row, _rows.Count);
            _rows.Add(row);
            return _rows.Count - 1;
        }
    }
}
