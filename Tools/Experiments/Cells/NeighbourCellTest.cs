using System.Globalization;
using QEngine.Models;
using QEngine.Tools.Heads;
using QEngine.Workers;

namespace QEngine.Tools.Experiments;

/// <summary>
/// Given vectors, measured by the ten nearest others of each: how many are of its class, or, without labels, how many are among the ten
/// nearest by the cosine of the vectors as they are.
/// </summary>
internal sealed class NeighbourCellTest : CellTest
{
    /// <summary>Its name in results.</summary>
    public const string TestName = "neighbours";

    private const int MaxAsked = 1000;

    private readonly Vectors _vectors;
    private readonly string[]? _labels;
    private readonly int[] _asked;
    private readonly string[] _items;
    private readonly Lock _lock = new();
    private HashSet<int>[]? _whole;

    /// <summary>Takes vectors; a thousand of them, evenly spread, ask.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="labels">The class of each, or null.</param>
    public NeighbourCellTest(Vectors vectors, string[]? labels)
    {
        (_vectors, _labels) = (vectors, labels);
        int count = Math.Min(MaxAsked, vectors.Rows);
        _asked = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * vectors.Rows / count))];
        _items = Array.ConvertAll(_asked, row => row.ToString(CultureInfo.InvariantCulture));
        Tables = [new VectorTable(Rows(_asked)), new VectorTable(vectors)];
    }

    /// <inheritdoc/>
    public override string Name => TestName;

    /// <inheritdoc/>
    public override IReadOnlyList<TestTable> Tables { get; }

    /// <inheritdoc/>
    public override TestOutcome Measure(HeldOutVectors asked, HeldOutVectors stored, WorkerPool workers)
    {
        int[][] nearest = NearestNeighbours.Find(asked, stored, _asked, workers);
        (string name, double[] values) = _labels is { } labels
            ? ($"P@{NearestNeighbours.Count}", Precisions(nearest, labels))
            : ($"overlap@{NearestNeighbours.Count}", Overlaps(nearest, Whole(workers)));
        Dictionary<string, double?> measures = new() { [name] = values.Average() };
        return new TestOutcome(measures, _items, new Dictionary<string, double[]> { [name] = values }, null);
    }

    private double[] Precisions(int[][] nearest, string[] labels) =>
        [.. nearest.Select((rows, i) => NearestNeighbours.Precision(rows, labels[_asked[i]], labels))];

    private static double[] Overlaps(int[][] nearest, HashSet<int>[] whole) =>
        [.. nearest.Select((rows, i) => rows.Count(whole[i].Contains) / (double)Math.Max(1, whole[i].Count))];

    private HashSet<int>[] Whole(WorkerPool workers)
    {
        lock (_lock)
        {
            if (_whole is not null) return _whole;
            HeldOutVectors all = new(Similarity.Cosine, _vectors.Columns, _vectors.Data), asked = all with { Data = Rows(_asked).Data };
            return _whole = Array.ConvertAll(NearestNeighbours.Find(asked, all, _asked, workers), rows => rows.ToHashSet());
        }
    }

    private Vectors Rows(int[] rows)
    {
        float[] data = new float[rows.Length * _vectors.Columns];
        for (int i = 0; i < rows.Length; i++) _vectors[rows[i]].CopyTo(data.AsSpan(i * _vectors.Columns));
        return new Vectors(data, _vectors.Columns);
    }
}
