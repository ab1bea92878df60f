using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Training;

namespace QEngine.Tools.Heads;

/// <summary>A head and its rivals on the held-out part, each in single precision and in codes, at equal bytes a vector.</summary>
/// <remarks>Of coded vectors those that are searched are codes, and those that ask are not.</remarks>
/// <param name="session">Threads.</param>
/// <param name="task">Whose held-out part is measured.</param>
/// <param name="vectors">All vectors.</param>
/// <param name="choice">The head in question.</param>
/// <param name="codeBytes">Bytes of a vector at which codes are compared; those of the head with 8 bits a number if null.</param>
internal sealed class HeadComparison(Session session, HeadTask task, Vectors vectors, HeadChoice choice, int[]? codeBytes)
{
    // Multiply-adds for components that are only compared with: about a second; d^2 k of them, about as much.
    private const double MaxWork = 2e11, MaxDirections = 1 << 30;

    // Training vectors that codes are calibrated by.
    private const int MaxCalibration = 5_000;

    private readonly List<ComparedHead> _rows = [];
    private readonly int[] _calibration = Spread(task.TrainingRows, MaxCalibration);

    // All columns, and those that are trained to work alone.
    private readonly int[] _dimensions = choice.Matryoshka.Length > 0 ? choice.Matryoshka : [choice.Dimension];

    /// <summary>
    /// What was measured: the full vectors, then by size, the largest first, and there by kind, the head in question last.
    /// </summary>
    public IReadOnlyList<ComparedHead> Rows =>
    [
        .. _rows.OrderBy(row => row.Role != HeadRole.Full).ThenByDescending(row => row.Format.Bytes).ThenBy(row => row.Role)
            .ThenBy(row => _rows.FindIndex(first => first.Kind == row.Kind)).ThenBy(row => row.Format.Dimension),
    ];

    /// <summary>The task whose held-out part is measured.</summary>
    public HeadTask Task => task;

    /// <summary>Vectors that the rival components were fitted on; 0 if there are none.</summary>
    public int ComponentRows { get; private set; }

    /// <summary>The most rival components; more than these would take long to find.</summary>
    public int MaxComponents { get; } = (int)Math.Max(choice.Dimension, MaxDirections / ((double)vectors.Columns * vectors.Columns));

    /// <summary>Whether some components were left out.</summary>
    public bool LacksComponents => Formats.Any(format => format.Dimension > MaxComponents);

    // Bytes of a vector: of the head in single precision, and of the codes that are asked for.
    private IEnumerable<int> Sizes =>
    [
        .. _dimensions.Select(dimension => new NumberFormat(dimension, NumberFormat.Single).Bytes)
            .Concat(codeBytes ?? [new NumberFormat(choice.Dimension, 8).Bytes]).Distinct().OrderDescending(),
    ];

    private IEnumerable<NumberFormat> Formats => Sizes.SelectMany(bytes => NumberFormat.OfBytes(bytes, vectors.Columns));

    /// <summary>Measures the full vectors and what needs no training.</summary>
    public void AddRivals()
    {
        CompressedVectors full = Compress(Head.Create(HeadConfiguration.None(vectors.Columns)));
        double[] values = task.Measure(full.Measured, session.Workers);
        NumberFormat all = new(vectors.Columns, NumberFormat.Single);
        _rows.Add(new ComparedHead(HeadRole.Full, null, all, 0, TimeSpan.Zero, values));
        foreach (NumberFormat format in RivalFormats(HeadKind.Truncate))
            Add(HeadRole.Rival, HeadKind.Truncate, format, full.Leading(format.Dimension), 0, TimeSpan.Zero);
        AddComponents();
    }

    /// <summary>
    /// Measures trained heads of the kinds that have any number of outputs, each at every number of outputs that the sizes allow.
    /// </summary>
    /// <param name="train">Trains one.</param>
    public void AddTrained(Func<HeadChoice, FinishedHead> train)
    {
        foreach (HeadKind kind in (HeadKind[])[HeadKind.Quantum, HeadKind.Linear, HeadKind.Grouped])
        {
            foreach (IGrouping<int, NumberFormat> formats in RivalFormats(kind).GroupBy(format => format.Dimension))
            {
                HeadChoice rival = choice with { Kind = kind, Dimension = formats.Key, Matryoshka = [], Groups = null };
                // Without compression a quantum head has nothing to train.
                FinishedHead finished = kind == HeadKind.Quantum && formats.Key == vectors.Columns && !choice.EncodingScale.IsTrained
                    ? HeadRun.Encode(rival, vectors.Length(task.TrainingRows))
                    : train(rival);
                CompressedVectors compressed = Compress(finished.Head);
                foreach (NumberFormat format in formats)
                    Add(HeadRole.Rival, kind, format, compressed, finished.Head.Parameters.Count, finished.Time);
            }
        }
    }

    /// <summary>Measures the head in question.</summary>
    public void AddOwn(FinishedHead head)
    {
        CompressedVectors compressed = Compress(head.Head);
        foreach (int bits in NumberFormat.AllBits)
        {
            foreach (NumberFormat format in _dimensions.Select(dimension => new NumberFormat(dimension, bits)))
            {
                int parameters = HeadKinds.Parameters(choice.Kind, head.Head, format.Dimension);
                if (Sizes.Contains(format.Bytes))
                    Add(HeadRole.Own, choice.Kind, format, compressed.Leading(format.Dimension), parameters, head.Time, head.Exponent);
            }
        }
    }

    /// <summary>The rivals of a size that a row of the head in question is behind of in some measure, the best first.</summary>
    public IReadOnlyList<ComparedHead> Better(ComparedHead own) =>
    [
        .. _rows.Where(row => row.Role == HeadRole.Rival && row.Format.Bytes == own.Format.Bytes && Behind(own, row).Any())
            .OrderByDescending(row => row.Values[0]),
    ];

    /// <summary>One line: the measures in which the head in question is behind of a rival.</summary>
    public string Loss(ComparedHead own, ComparedHead rival)
    {
        IEnumerable<string> values = Behind(own, rival).Select(
            i => $"{task.Measures[i]} {HeadReport.Value(own.Values[i])} against {HeadReport.Value(rival.Values[i])}");
        return $"{own.Name} is worse than {rival.Name}: {string.Join(", ", values)}";
    }

    private IEnumerable<int> Behind(ComparedHead own, ComparedHead rival) =>
        Enumerable.Range(0, task.Measures.Length).Where(i => own.IsBehind(rival, i));

    // What the head in question is measured as itself is no rival of it.
    private IEnumerable<NumberFormat> RivalFormats(HeadKind kind) =>
        Formats.Where(format => kind != choice.Kind || !_dimensions.Contains(format.Dimension));

    // The leading directions of many are those of few, so one fit serves for all dimensions.
    private void AddComponents()
    {
        NumberFormat[] plain = Found(HeadKind.Pca), tempered = Found(HeadKind.TemperedPca);
        if (plain.Length + tempered.Length == 0) return;
        int[] rows = Spread(task.TrainingRows, (int)Math.Max(1024, MaxWork / ((double)vectors.Columns * vectors.Columns)));
        ComponentRows = rows.Length;
        (PrincipalComponents components, TimeSpan time) =
            HeadRun.Components(session, vectors, rows, plain.Concat(tempered).Max(format => format.Dimension));
        CompressedVectors compressed = Compress(ProjectionHead.From(components));
        foreach (NumberFormat format in plain) AddFound(HeadKind.Pca, format, compressed.Leading(format.Dimension));

        Tempering tempering = new(session, vectors, task, components);
        foreach (IGrouping<int, NumberFormat> formats in tempered.GroupBy(format => format.Dimension))
        {
            double exponent = tempering.Exponent(formats.Key);
            CompressedVectors scaled = compressed.Leading(formats.Key).Scaled(ProjectionHead.Scales(components, exponent));
            foreach (NumberFormat format in formats) AddFound(HeadKind.TemperedPca, format, scaled, exponent);
        }

        NumberFormat[] Found(HeadKind kind) => [.. RivalFormats(kind).Where(format => format.Dimension <= MaxComponents)];

        void AddFound(HeadKind kind, NumberFormat format, CompressedVectors leading, double? exponent = null) =>
            Add(HeadRole.Rival, kind, format, leading, (vectors.Columns + 1) * format.Dimension, time, exponent);
    }

    private void Add(
        HeadRole role, HeadKind kind, NumberFormat format, CompressedVectors compressed, int parameters, TimeSpan time,
        double? exponent = null)
    {
        Session.Cancellation.ThrowIfCancellationRequested();
        double[] values = task.Measure(compressed.Measured, compressed.Stored(format.Bits), session.Workers);
        _rows.Add(new ComparedHead(role, kind, format, parameters, time, values) { Exponent = exponent });
    }

    private CompressedVectors Compress(Head head) =>
        CompressedVectors.Compute(head, vectors, task.MeasuredRows, _calibration, session.Workers);

    private static int[] Spread(int[] rows, int maxRows) =>
        rows.Length <= maxRows ? rows : [.. Enumerable.Range(0, maxRows).Select(i => rows[(int)((long)i * rows.Length / maxRows)])];
}
