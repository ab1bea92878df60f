using QEngine.Retrieval;
using QEngine.Text;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>Training examples as text, read once: for the vocabulary, if one has to be trained, and for the training set.</summary>
internal sealed class TrainingRows
{
    private const int PairsPerText = 2;

    private readonly List<TrainingRow> _rows = [];
    private readonly HashSet<string> _queries = new(StringComparer.Ordinal);

    /// <summary>Number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>Number of distinct queries or first texts.</summary>
    public int Queries => _queries.Count;

    /// <summary>Adds rows of query, positive and negatives.</summary>
    /// <param name="files">TSV files.</param>
    /// <param name="maximumPerQuery">Most rows of one query, in the order of the files; 0 for all.</param>
    public void AddTriples(IReadOnlyList<string> files, int maximumPerQuery)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (TrainingTriple row in TriplesFile.Read(files))
        {
            int seen = counts.GetValueOrDefault(row.Query);
            if (maximumPerQuery > 0 && seen >= maximumPerQuery) continue;
            counts[row.Query] = seen + 1;
            Add(new TrainingRow(row.Query, row.Positive, row.Negatives, null));
        }
    }

    /// <summary>Adds pairs of a sentence and the rest of its text (<see cref="InverseCloze"/>).</summary>
    /// <param name="file">Texts: .txt, .tsv or .jsonl.</param>
    /// <param name="seed">Picks the sentences.</param>
    public void AddInverseCloze(string file, ulong seed)
    {
        SplittableRandom random = new(seed);
        foreach (IdText text in IdTextFile.Read(file))
            foreach ((string sentence, string rest) in InverseCloze.Pairs(text.Text, PairsPerText, ref random)) Add(new TrainingRow(sentence, rest, [], null));
    }

    /// <summary>Adds pairs of texts with the likeness they should have.</summary>
    public void AddScoredPairs(string file)
    {
        foreach (ScoredPair pair in ScoredPairsFile.Read(file)) Add(new TrainingRow(pair.First, pair.Second, [], [pair.Score]));
    }

    /// <summary>Adds a teacher's scores: the passages of a query, wherever they stand, become one row, the best one first.</summary>
    /// <exception cref="QEngineException">A row is malformed, or a query has one passage only, from which there is nothing to learn.</exception>
    public void AddTeacherScores(string file)
    {
        Dictionary<string, List<ScoredPair>> byQuery = new(StringComparer.Ordinal);
        List<string> order = [];
        foreach (ScoredPair pair in ScoredPairsFile.Read(file))
        {
            if (!byQuery.TryGetValue(pair.First, out List<ScoredPair>? passages))
            {
                byQuery.Add(pair.First, passages = []);
                order.Add(pair.First);
            }
            passages.Add(pair);
        }
        foreach (string query in order)
        {
            // A stable sort: of equal scores the earlier row stays the earlier one.
            ScoredPair[] passages = [.. byQuery[query].OrderByDescending(pair => pair.Score)];
            if (passages.Length < 2) throw new QEngineException($"expected at least 2 scored passages for every query, found 1 for '{query}' in {file}");
            Add(new TrainingRow(query, passages[0].Second, [.. passages.Skip(1).Select(pair => pair.Second)], [.. passages.Select(pair => pair.Score)]));
        }
    }

    /// <summary>Takes out the rows of a share of the queries, at least one, by chance.</summary>
    /// <param name="share">Share of the queries, above 0 and below 1.</param>
    /// <param name="seed">Picks the queries.</param>
    /// <exception cref="QEngineException">There are too few queries.</exception>
    public TrainingRows TakeOut(double share, ulong seed)
    {
        string[] queries = [.. _queries];
        int count = Math.Max(1, (int)(share * queries.Length));
        if (count >= queries.Length) throw new QEngineException($"expected at least 2 queries to take a development set out of, found {queries.Length}");
        new SplittableRandom(seed).Split(3).Shuffle<string>(queries);
        HashSet<string> taken = new(queries.AsSpan(0, count).ToArray(), StringComparer.Ordinal);
        TrainingRows rows = new();
        foreach (TrainingRow row in _rows.Where(row => taken.Contains(row.Query))) rows.Add(row);
        _rows.RemoveAll(row => taken.Contains(row.Query));
        _queries.ExceptWith(taken);
        return rows;
    }

    /// <summary>Every distinct text once, in order of appearance.</summary>
    public IEnumerable<string> Texts()
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (TrainingRow row in _rows)
        {
            if (seen.Add(row.Query)) yield return row.Query;
            if (seen.Add(row.Positive)) yield return row.Positive;
            foreach (string negative in row.Negatives)
                if (seen.Add(negative)) yield return negative;
        }
    }

    /// <summary>Tokenises the rows.</summary>
    public TrainingSet Tokenise(BertTokenizer tokenizer, int maximumLength)
    {
        TrainingSet set = new(tokenizer, maximumLength);
        foreach (TrainingRow row in _rows) set.Add(row.Query, row.Positive, row.Negatives, targets: row.Targets);
        return set;
    }

    private void Add(TrainingRow row)
    {
        _rows.Add(row);
        _queries.Add(row.Query);
    }
}
