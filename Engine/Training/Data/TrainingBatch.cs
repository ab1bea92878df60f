using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>
/// The distinct texts of some examples, each once, and which of them every query is compared with.
/// </summary>
internal sealed class TrainingBatch(TrainingSet set)
{
    // Their numbers, doubled for growth, are to fit an array.
    private const int MaxCandidates = 1 << 28;

    private readonly Dictionary<int, int> _rows = [];
    private readonly HashSet<int> _isPassage = [];
    private readonly List<int> _passages = [];
    private readonly List<int> _texts = [];
    private readonly List<int> _chosen = [];
    private readonly List<int> _firstChosen = [];
    private int[] _order = [];
    private float[] _targets = [];

    /// <summary>The token sequences; row r of the batch is sequence r.</summary>
    public PackedSequences Sequences { get; } = new();

    /// <summary>Which rows each query is scored against.</summary>
    public CandidateList Candidates { get; } = new();

    /// <summary>[queries, width], what the scores should follow, 0 where there is no candidate; empty for a set without targets.</summary>
    public ReadOnlyMemory<float> Targets => set.HasTargets ? _targets.AsMemory(0, Candidates.Queries * Candidates.Width) : default;

    /// <summary>Index of the text in every row.</summary>
    public IReadOnlyList<int> Texts => _texts;

    /// <summary>Fills the batch.</summary>
    /// <param name="examples">Indices of examples.</param>
    /// <param name="negatives">Most hard negatives an example may bring; a random choice where it has more.</param>
    /// <param name="inBatch">Whether the other examples' passages are negatives too.</param>
    /// <param name="random">For the choice of negatives.</param>
    /// <exception cref="QEngineException">There are too many candidates for one batch.</exception>
    public void Fill(ReadOnlySpan<int> examples, int negatives, bool inBatch, ref SplittableRandom random)
    {
        Clear();
        foreach (int index in examples)
        {
            TrainingExample example = set.Examples[index];
            Row(example.Query);
            Passage(example.Positive);
            Choose(example.Negatives.Length, negatives, ref random);
            for (int i = _firstChosen[^1]; i < _chosen.Count; i++) Passage(example.Negatives[_chosen[i]]);
        }
        _firstChosen.Add(_chosen.Count);
        long width = inBatch ? 1 + _passages.Count : 1L + negatives;
        if (examples.Length * width > MaxCandidates)
            throw new QEngineException(
                $"expected at most {MaxCandidates} candidates in a batch, "
                + $"found {examples.Length} queries x {width}: a smaller batch or fewer negatives");
        Candidates.Reset(examples.Length, (int)width);
        if (set.HasTargets) ClearTargets();
        for (int query = 0; query < examples.Length; query++)
        {
            TrainingExample example = set.Examples[examples[query]];
            Candidates.SetQuery(query, _rows[example.Query]);
            Candidates.SetCandidate(query, 0, _rows[example.Positive]);
            if (inBatch) AllPassages(query, example);
            else OwnNegatives(query, example);
        }
    }

    private void Clear()
    {
        Sequences.Clear();
        _rows.Clear();
        _isPassage.Clear();
        _passages.Clear();
        _texts.Clear();
        _chosen.Clear();
        _firstChosen.Clear();
    }

    private void ClearTargets()
    {
        int count = Candidates.Queries * Candidates.Width;
        if (_targets.Length < count) _targets = new float[2 * count];
        _targets.AsSpan(0, count).Clear();
    }

    /// <summary>Appends the places of an example's negatives, at most <paramref name="wanted"/> and then a random choice.</summary>
    private void Choose(int count, int wanted, ref SplittableRandom random)
    {
        _firstChosen.Add(_chosen.Count);
        if (_order.Length < count) _order = new int[2 * count];
        Span<int> order = _order.AsSpan(0, count);
        for (int i = 0; i < count; i++) order[i] = i;
        if (count > wanted) random.Shuffle(order);
        for (int i = 0; i < Math.Min(wanted, count); i++) _chosen.Add(order[i]);
    }

    private void AllPassages(int query, TrainingExample example)
    {
        int place = 1;
        foreach (int passage in _passages)
            if (IsNegative(example, passage)) Candidates.SetCandidate(query, place++, _rows[passage]);
    }

    private void OwnNegatives(int query, TrainingExample example)
    {
        int first = query * Candidates.Width, place = 1;
        if (set.HasTargets) _targets[first] = example.Targets[0];
        for (int i = _firstChosen[query]; i < _firstChosen[query + 1]; i++)
        {
            int negative = example.Negatives[_chosen[i]];
            if (!IsNegative(example, negative)) continue;
            if (set.HasTargets) _targets[first + place] = example.Targets[1 + _chosen[i]];
            Candidates.SetCandidate(query, place++, _rows[negative]);
        }
    }

    // What the query itself says is as near to it as can be; a teacher's score of it is still one to follow.
    private bool IsNegative(in TrainingExample example, int text) =>
        !set.IsPositive(example.Group, text) && (set.HasTargets || !set.AreSame(text, example.Query));

    private void Passage(int text)
    {
        Row(text);
        if (_isPassage.Add(text)) _passages.Add(text);
    }

    private void Row(int text)
    {
        if (!_rows.TryAdd(text, _texts.Count)) return;
        _texts.Add(text);
        Sequences.Add(set.Tokens(text), set.UnpooledTokens(text));
    }
}
