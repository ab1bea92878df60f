using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Heads;

/// <summary>What a measured head is to the comparison.</summary>
internal enum HeadRole
{
    /// <summary>The full vectors: the most that can be hoped for without labels.</summary>
    Full,

    /// <summary>A head that needs no training.</summary>
    Rival,

    /// <summary>The head in question.</summary>
    Own,
}

/// <summary>A way to keep vectors, measured.</summary>
/// <param name="Role">What it is to the comparison.</param>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Dimension">Numbers of a vector.</param>
/// <param name="Parameters">Numbers of the head.</param>
/// <param name="Time">Time to make the head.</param>
/// <param name="Values">One for each measure; NaN where it has none.</param>
internal sealed record ComparedHead(HeadRole Role, string Name, int Dimension, int Parameters, TimeSpan Time, double[] Values)
{
    /// <summary>Bytes of a vector in single precision.</summary>
    public int Bytes => sizeof(float) * Dimension;
}

/// <summary>A head and its rivals on the held-out part: the full vectors, their first numbers and their principal components.</summary>
internal sealed class HeadComparison(Session session, HeadTask task, Vectors vectors, HeadChoice choice)
{
    // Multiply-adds for components that are only compared with: about a second.
    private const double MaxWork = 2e11;

    private readonly List<ComparedHead> _rows = [];

    /// <summary>What was measured, the head in question last.</summary>
    public IReadOnlyList<ComparedHead> Rows => _rows;

    /// <summary>The task whose held-out part is measured.</summary>
    public HeadTask Task => task;

    /// <summary>Vectors that the rival components were fitted on; 0 if there are none.</summary>
    public int ComponentRows { get; private set; }

    // All columns, and those that are trained to work alone.
    private int[] Dimensions => choice.Matryoshka.Length > 0 ? choice.Matryoshka : [choice.Dimension];

    /// <summary>Measures the full vectors and what needs no training.</summary>
    public void AddRivals()
    {
        Add(HeadRole.Full, "full vectors", HeldOut(Head.Create(HeadConfiguration.None(vectors.Columns))), 0, TimeSpan.Zero);
        if (choice.Kind != HeadKind.Truncate) AddTruncations(HeadRole.Rival, HeadRun.Truncate(vectors, choice.Dimension));
        if (choice.Kind == HeadKind.Pca) return;
        int[] rows = Some(task.TrainingRows);
        ComponentRows = rows.Length;
        AddComponents(HeadRole.Rival, HeadRun.Fit(session, vectors, rows, choice.Dimension));
    }

    /// <summary>Measures the head in question.</summary>
    public void AddOwn(FinishedHead head)
    {
        if (choice.Kind == HeadKind.Truncate) AddTruncations(HeadRole.Own, head);
        else if (choice.Kind == HeadKind.Pca) AddComponents(HeadRole.Own, head);
        else AddLeading(HeadRole.Own, choice.Name, head, (_, _) => head.Head.Parameters.Count);
    }

    /// <summary>
    /// One line for every rival of the same size that the head in question is behind of, with the measures in which it is.
    /// </summary>
    public IEnumerable<string> Losses()
    {
        foreach (ComparedHead own in _rows.Where(row => row.Role == HeadRole.Own))
        {
            foreach (ComparedHead rival in _rows.Where(row => row.Role == HeadRole.Rival && row.Dimension == own.Dimension))
            {
                int[] behind = [.. Enumerable.Range(0, task.Measures.Length).Where(i => IsBehind(own.Values[i], rival.Values[i]))];
                IEnumerable<string> values = behind.Select(
                    i => $"{task.Measures[i]} {HeadReport.Value(own.Values[i])} against {HeadReport.Value(rival.Values[i])}");
                if (behind.Length > 0) yield return $"{own.Name} is worse than {rival.Name}: {string.Join(", ", values)}";
            }
        }
    }

    // Also where it has no value.
    private static bool IsBehind(double own, double rival) => !(own >= rival) && !double.IsNaN(rival);

    private void AddTruncations(HeadRole role, FinishedHead head) => AddLeading(role, "first", head, (_, _) => 0);

    private void AddComponents(HeadRole role, FinishedHead head) =>
        AddLeading(role, "PCA", head, (inputs, dimension) => (inputs + 1) * dimension);

    // The leading directions of many are those of few, so one head serves for all dimensions.
    private void AddLeading(HeadRole role, string name, FinishedHead head, Func<int, int, int> parameters)
    {
        HeldOutVectors vectors = HeldOut(head.Head);
        foreach (int dimension in Dimensions)
            Add(
                role,
                $"{name} {dimension}",
                dimension == vectors.Dimension ? vectors : vectors.Leading(dimension),
                parameters(head.Head.Configuration.InputDimension, dimension),
                head.Time);
    }

    private void Add(HeadRole role, string name, HeldOutVectors held, int parameters, TimeSpan time) =>
        _rows.Add(new ComparedHead(role, name, held.Dimension, parameters, time, task.Measure(held, session.Workers)));

    private HeldOutVectors HeldOut(Head head) => HeldOutVectors.Compute(head, vectors, task.MeasuredRows, session.Workers);

    private int[] Some(int[] rows)
    {
        int maxRows = (int)Math.Max(1024, MaxWork / ((double)vectors.Columns * vectors.Columns));
        return rows.Length <= maxRows ? rows : [.. Enumerable.Range(0, maxRows).Select(i => rows[(int)((long)i * rows.Length / maxRows)])];
    }
}
