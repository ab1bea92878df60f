using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>The vectors of one step, each once, which of them are compared, and what their scores are to be.</summary>
public sealed class HeadBatch
{
    private readonly Dictionary<int, int> _places = [];
    private readonly List<int> _rows = [];
    private float[] _targets = [];

    /// <summary>The rows of the vectors; vector i of the step is row <c>Rows[i]</c>.</summary>
    public IReadOnlyList<int> Rows => _rows;

    /// <summary>Which vectors of the step are compared.</summary>
    public CandidateList Candidates { get; } = new();

    /// <summary>[queries, width], what the scores are to be; only where the examples say so.</summary>
    public Memory<float> Targets => _targets.AsMemory(0, Candidates.Queries * Candidates.Width);

    /// <summary>Starts a step without vectors, all candidates absent and all targets 0.</summary>
    /// <param name="queries">Number of queries.</param>
    /// <param name="width">Candidates per query, at least 1.</param>
    public void Reset(int queries, int width)
    {
        _places.Clear();
        _rows.Clear();
        Candidates.Reset(queries, width);
        if (_targets.Length < queries * width) _targets = new float[2 * queries * width];
        Targets.Span.Clear();
    }

    /// <summary>Takes a vector into the step.</summary>
    /// <param name="row">Its row.</param>
    /// <returns>Its place in the step; the same for a row that is there already.</returns>
    public int Add(int row)
    {
        if (_places.TryGetValue(row, out int place)) return place;
        place = _rows.Count;
        _places.Add(row, place);
        _rows.Add(row);
        return place;
    }
}
