using QEngine.Kernels;
using QEngine.Workers;

namespace QEngine.Training;

/// <summary>
/// Vectors without labels: each of a step is compared with all others of it, and the cosine of the vectors themselves is the teacher.
/// For <see cref="KlDivergenceLoss{T}"/> and <see cref="SquaredErrorLoss{T}"/>.
/// </summary>
public sealed class UnlabelledExamples : HeadExamples
{
    private readonly int[] _rows;
    private readonly float _scale, _offset;
    private int[] _places = [];
    private float[] _cosines = [], _units = [];

    /// <summary>Takes vectors.</summary>
    /// <param name="vectors">[rows, columns].</param>
    /// <param name="columns">Width of a vector.</param>
    /// <param name="rows">Which of them are meant.</param>
    /// <param name="scale">Factor of the cosine in a target.</param>
    /// <param name="offset">What is added to it.</param>
    public UnlabelledExamples(float[] vectors, int columns, int[] rows, double scale, double offset)
        : base(vectors, columns)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach (int row in rows) RequireRow(row, nameof(rows));
        (_rows, _scale, _offset) = (rows, (float)scale, (float)offset);
    }

    /// <inheritdoc/>
    public override int Count => _rows.Length;

    /// <inheritdoc/>
    public override int MinBatch => 2;

    internal override void Fill(ReadOnlySpan<int> examples, HeadBatch batch)
    {
        // At the end of a pass a row may be there twice; it is one vector of the step.
        batch.Reset(examples.Length, Math.Max(1, examples.Length - 1));
        if (_places.Length < examples.Length) _places = new int[examples.Length];
        for (int i = 0; i < examples.Length; i++)
        {
            _places[i] = batch.Add(_rows[examples[i]]);
            batch.Candidates.SetQuery(i, _places[i]);
        }
        for (int i = 0; i < examples.Length; i++)
        {
            int place = 0;
            for (int other = 0; other < batch.Rows.Count; other++)
                if (other != _places[i]) batch.Candidates.SetCandidate(i, place++, other);
        }
    }

    internal override void SetTargets(HeadBatch batch, ReadOnlySpan<float> vectors, WorkerPool workers)
    {
        int count = batch.Rows.Count;
        if (_units.Length < count * Columns) (_cosines, _units) = (new float[count * count], new float[count * Columns]);
        for (int i = 0; i < count; i++) Normalize(vectors.Slice(i * Columns, Columns), _units.AsSpan(i * Columns, Columns));
        MatrixView<float> view = new(_units.AsSpan(0, count * Columns), count, Columns);
        Gemm.Multiply(workers, view, view.Transposed, _cosines, count, accumulate: false);

        ReadOnlySpan<int> candidates = batch.Candidates.CandidateRows.Span, queries = batch.Candidates.QueryRows.Span;
        Span<float> targets = batch.Targets.Span;
        for (int i = 0; i < targets.Length; i++)
        {
            if (candidates[i] < 0) continue;
            int query = queries[i / batch.Candidates.Width];
            targets[i] = (_scale * _cosines[(query * count) + candidates[i]]) + _offset;
        }
    }

    // In double no square of a finite number overflows or vanishes.
    private static void Normalize(ReadOnlySpan<float> vector, Span<float> unit)
    {
        double squares = 0;
        foreach (float value in vector) squares += (double)value * value;
        double scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        for (int i = 0; i < unit.Length; i++) unit[i] = (float)(vector[i] * scale);
    }
}
