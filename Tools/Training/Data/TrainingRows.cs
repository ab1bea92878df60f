using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Text;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
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

    /// <summary>The rows.</summary>
    public IReadOnlyList<TrainingRow> Rows => _rows;

    /// <summary>Adds rows of query, positive and negatives.</summary>
    /// <param name="files">TSV files.</param>
    /// <param name="maximumPerQuery">Most rows of one query, in the order of the files; 0 for all.</param>
    public void AddTriples(IReadOnlyList<string> files, int maximumPerQuery)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (TrainingTriple row in TriplesFile.Read(files))
        {
            if (Takes(counts, row.Query, maximumPerQuery)) Add(new TrainingRow(row.Query, row.Positive, row.Negatives, null));
        }
    }

    /// <summary>Adds rows of ids of a query, a positive and negatives, as MS MARCO's <c>qidpidtriples</c>.</summary>
    /// <param name="files">TSV files.</param>
    /// <param name="maximumPerQuery">Most rows of one query, in the order of the files; 0 for all.</param>
    /// <param name="queries">The queries' texts.</param>
    /// <param name="passages">The passages' texts.</param>
    public void AddTriplesOfIds(IReadOnlyList<string> files, int maximumPerQuery, TextSource queries, TextSource passages)
    {
        IdRows rows = new();
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (TrainingTriple row in TriplesFile.Read(files))
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            if (Takes(counts, row.Query, maximumPerQuery)) rows.Add(row.Query, row.Positive, row.Negatives);
        }
        foreach (TrainingRow row in rows.WithTexts(queries, passages)) Add(row);
    }

    /// <summary>Adds a row for every positive of a query, with the negatives that retrieval systems mined for it.</summary>
    /// <param name="mined">The queries; those without positives or without negatives are left out.</param>
    /// <param name="maximumPerQuery">Most rows of one query; 0 for all.</param>
    /// <param name="queries">The queries' texts.</param>
    /// <param name="passages">The passages' texts.</param>
    public void AddHardNegatives(IEnumerable<MinedQuery> mined, int maximumPerQuery, TextSource queries, TextSource passages)
    {
        IdRows rows = new();
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (MinedQuery query in mined)
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            string[] negatives = [.. query.Negatives.Except(query.Positives)];
            if (negatives.Length == 0) continue;
            foreach (string positive in query.Positives)
                if (Takes(counts, query.Id, maximumPerQuery)) rows.Add(query.Id, positive, negatives);
        }
        foreach (TrainingRow row in rows.WithTexts(queries, passages)) Add(row);
    }

    /// <summary>
    /// Adds the paper's training queries as its program takes them: the first positive and the first hard negatives; a query with too few
    /// is left out.
    /// </summary>
    /// <param name="file">The paper's queries.</param>
    /// <param name="negatives">Hard negatives a query.</param>
    /// <param name="passages">The paper's corpus.</param>
    /// <exception cref="QEngineException">A file is malformed, or no query remains.</exception>
    public void AddPaperQueries(string file, int negatives, TextSource passages)
    {
        IdRows rows = new();
        List<IdText> queries = [];
        int leftOut = 0;
        foreach (PaperQuery query in PaperFile.Queries(file))
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            if (query.Positives.Count == 0 || query.HardNegatives.Count < negatives)
            {
                leftOut++;
                continue;
            }
            queries.Add(new IdText(query.Id, PaperNormalizer.Normalize(query.Text)));
            rows.Add(query.Id, query.Positives[0], query.HardNegatives.Take(negatives));
        }
        if (queries.Count == 0)
        {
            throw new QEngineException(
                $"expected queries with a \"pos\" and {negatives} \"hard_neg\", found none among {leftOut} in {file}");
        }
        foreach (TrainingRow row in rows.WithTexts(new TextSource(file, () => queries), passages)) Add(row);
    }

    /// <summary>Adds pairs of a sentence and the rest of its text (<see cref="InverseCloze"/>).</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="seed">Picks the sentences.</param>
    public void AddInverseCloze(TextSource texts, ulong seed)
    {
        SplittableRandom random = new(seed);
        foreach (IdText text in texts.Read())
            foreach ((string sentence, string rest) in InverseCloze.Pairs(text.Text, PairsPerText, ref random))
                Add(new TrainingRow(sentence, rest, [], null));
    }

    /// <summary>Adds pairs of texts with the likeness they should have.</summary>
    public void AddScoredPairs(string file)
    {
        foreach (ScoredPair pair in ScoredPairsFile.Read(file)) Add(new TrainingRow(pair.First, pair.Second, [], [pair.Score]));
    }

    /// <summary>Adds a teacher's scores: the passages of a query, wherever they stand, become one row, the best one first.</summary>
    /// <exception cref="QEngineException">A row is malformed, or a query has one passage only, from which there is nothing to
    /// learn.</exception>
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
            if (passages.Length < 2)
                throw new QEngineException($"expected at least 2 scored passages for every query, found 1 for '{query}' in {file}");
            string[] others = [.. passages.Skip(1).Select(pair => pair.Second)];
            Add(new TrainingRow(query, passages[0].Second, others, [.. passages.Select(pair => pair.Score)]));
        }
    }

    /// <summary>Keeps the first rows alone.</summary>
    /// <param name="count">How many, at least 1.</param>
    public void KeepFirst(int count)
    {
        if (count >= _rows.Count) return;
        _rows.RemoveRange(count, _rows.Count - count);
        _queries.Clear();
        _queries.UnionWith(_rows.Select(row => row.Query));
    }

    /// <summary>Takes out the rows of a share of the queries, at least one, by chance.</summary>
    /// <param name="share">Share of the queries, above 0 and below 1.</param>
    /// <param name="seed">Picks the queries.</param>
    /// <exception cref="QEngineException">There are too few queries.</exception>
    public TrainingRows TakeOut(double share, ulong seed)
    {
        string[] queries = [.. _queries];
        int count = Math.Max(1, (int)(share * queries.Length));
        if (count >= queries.Length)
            throw new QEngineException($"expected at least 2 queries to take a development set out of, found {queries.Length}");
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

    /// <summary>Tokenises the rows, with a model's prompts before queries and documents.</summary>
    public TrainingSet Tokenize(BertTokenizer tokenizer, int maximumLength, Prompts prompts)
    {
        TrainingSet set = new(tokenizer, maximumLength, prompts);
        foreach (TrainingRow row in _rows) set.Add(row.Query, row.Positive, row.Negatives, targets: row.Targets);
        return set;
    }

    private static bool Takes(Dictionary<string, int> counts, string query, int maximum)
    {
        int seen = counts.GetValueOrDefault(query);
        if (maximum > 0 && seen >= maximum) return false;
        counts[query] = seen + 1;
        return true;
    }

    private void Add(TrainingRow row)
    {
        _rows.Add(row);
        _queries.Add(row.Query);
    }
}
