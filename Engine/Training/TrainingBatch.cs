using QEngine.Tensors;

namespace QEngine.Training;

/// <summary>
/// The distinct texts of some examples, each once, and which of them every query is compared with.
/// </summary>
internal sealed class TrainingBatch(TrainingSet set)
{
    private readonly Dictionary<int, int> _rows = [];
    private readonly HashSet<int> _isPassage = [];
    private readonly List<int> _passages = [];
    private readonly List<int> _texts = [];

    /// <summary>The token sequences; row r of the batch is sequence r.</summary>
    public PackedSequences Sequences { get; } = new();

    /// <summary>Which rows each query is scored against.</summary>
    public CandidateList Candidates { get; } = new();

    /// <summary>Index of the text in every row.</summary>
    public IReadOnlyList<int> Texts => _texts;

    /// <summary>Fills the batch.</summary>
    /// <param name="examples">Indices of examples.</param>
    /// <param name="negatives">Most hard negatives an example may bring; a random choice where it has more.</param>
    /// <param name="inBatch">Whether the other examples' passages are negatives too.</param>
    /// <param name="random">For the choice of negatives.</param>
    public void Fill(ReadOnlySpan<int> examples, int negatives, bool inBatch, ref SplittableRandom random)
    {
        Sequences.Clear();
        _rows.Clear();
        _isPassage.Clear();
        _passages.Clear();
        _texts.Clear();
        foreach (int index in examples)
        {
            TrainingExample example = set.Examples[index];
            Row(example.Query);
            Passage(example.Positive);
            random.Shuffle<int>(example.Negatives);
            for (int i = 0; i < Math.Min(negatives, example.Negatives.Length); i++) Passage(example.Negatives[i]);
        }
        Candidates.Reset(examples.Length, inBatch ? 1 + _passages.Count : 1 + negatives);
        for (int query = 0; query < examples.Length; query++)
        {
            TrainingExample example = set.Examples[examples[query]];
            Candidates.SetQuery(query, _rows[example.Query]);
            Candidates.SetCandidate(query, 0, _rows[example.Positive]);
            if (inBatch) AllPassages(query, example);
            else OwnNegatives(query, example, negatives);
        }
    }

    private void AllPassages(int query, TrainingExample example)
    {
        int place = 1;
        foreach (int passage in _passages)
            if (!set.IsPositive(example.Group, passage)) Candidates.SetCandidate(query, place++, _rows[passage]);
    }

    private void OwnNegatives(int query, TrainingExample example, int negatives)
    {
        int place = 1;
        for (int i = 0; i < Math.Min(negatives, example.Negatives.Length); i++)
            if (!set.IsPositive(example.Group, example.Negatives[i])) Candidates.SetCandidate(query, place++, _rows[example.Negatives[i]]);
    }

    private void Passage(int text)
    {
        Row(text);
        if (_isPassage.Add(text)) _passages.Add(text);
    }

    private void Row(int text)
    {
        if (!_rows.TryAdd(text, _texts.Count)) return;
        _texts.Add(text);
        Sequences.Add(set.Tokens(text));
    }
}
