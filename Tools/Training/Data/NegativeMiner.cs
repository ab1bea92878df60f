using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Training;

/// <summary>Writes a training row for every query and positive, with negatives that a retriever ranks high.</summary>
/// <remarks>
/// Passages are told apart by their texts (<see cref="TextIdentity"/>), not by their ids: no negative has the text of the query, of a
/// positive of it or of a query with the same text, or of another negative of the row. Such passages take no rank, and neither do empty
/// ones.
/// </remarks>
/// <param name="retriever">Who ranks.</param>
/// <param name="queries">Queries and judgements.</param>
/// <param name="selection">Which of the ranked passages are taken.</param>
/// <param name="passages">The passages, for their texts.</param>
/// <param name="ignoreIdenticalIds">Whether the passage with the query's id is no negative either.</param>
/// <param name="seed">For a random choice.</param>
internal sealed class NegativeMiner(
    IRetriever retriever, JudgedQueries queries, NegativeSelection selection, TextSource passages, bool ignoreIdenticalIds, ulong seed)
{
    private static readonly HashSet<int> None = [];

    private readonly List<MinedRow> _rows = [];

    private sealed record MinedRow(int Query, int Positive, int[] Negatives, double PositiveScore, double NegativeScores);

    /// <summary>Rows written.</summary>
    public int Rows => _rows.Count;

    /// <summary>Positives left out for want of negatives.</summary>
    public int TooFew { get; private set; }

    /// <summary>Positives that are not in the collection, or have no text, or whose query has none.</summary>
    public int Missing { get; private set; }

    /// <summary>Positives left out since a row with the same texts is there.</summary>
    public int Repeated { get; private set; }

    /// <summary>Mean score of the rows' positives, those left aside that the retriever did not find; null where there is none.</summary>
    public double? MeanPositive => Mean(_rows.Select(row => row.PositiveScore).Where(double.IsFinite));

    /// <summary>Mean score of the rows' negatives; null without rows.</summary>
    public double? MeanNegative => Mean(_rows.Select(row => row.NegativeScores / selection.Count));

    /// <summary>Mines and writes the rows; the file appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">No row came about, or the file cannot be written.</exception>
    public void Write(string path)
    {
        Mine();
        if (Rows == 0)
        {
            throw new QEngineException(
                $"expected a query with a positive and {selection.Count} negatives, found none ({TooFew} positives with too few, "
                + $"{Missing} without a text)");
        }
        HashSet<int> used = [.. _rows.SelectMany(row => row.Negatives.Append(row.Positive))];
        Dictionary<int, string> texts = new(used.Count);
        int index = 0;
        foreach (IdText passage in passages.Read())
        {
            if (used.Contains(index)) texts.Add(index, Column(passage.Text));
            index++;
        }
        AtomicFile.WriteText(path, writer =>
        {
            foreach (MinedRow row in _rows)
            {
                IEnumerable<string> negatives = row.Negatives.Select(negative => texts[negative]);
                writer.WriteLine(string.Join('\t', [Column(queries.Queries[row.Query].Text), texts[row.Positive], .. negatives]));
            }
        });
    }

    private void Mine()
    {
        Dictionary<string, int> indices = new(StringComparer.Ordinal);
        for (int i = 0; i < retriever.PassageIds.Count; i++) indices.Add(retriever.PassageIds[i], i);
        ulong[] passageTexts = [.. passages.Read().Select(passage => TextIdentity.Compute(passage.Text))];
        ulong[] queryTexts = [.. queries.Queries.Select(query => TextIdentity.Compute(query.Text))];
        int[][] positives = [.. queries.Queries.Select((query, i) => Positives(query.Id, indices, queryTexts[i], passageTexts))];
        ILookup<ulong, int> positivesOf = Enumerable.Range(0, positives.Length)
            .SelectMany(query => positives[query], (query, positive) => (Text: queryTexts[query], Positive: positive))
            .ToLookup(pair => pair.Text, pair => pair.Positive);
        HashSet<ulong>[] excluded = Array.ConvertAll(
            queryTexts,
            text => (HashSet<ulong>)[TextIdentity.Empty, text, .. positivesOf[text].Select(positive => passageTexts[positive])]);

        string Texts(int query, int positive, int[] negatives) =>
            string.Join(' ', [queryTexts[query], passageTexts[positive], .. negatives.Select(negative => passageTexts[negative])]);

        IReadOnlyList<float[]> scores = retriever.Score(queries.Queries, positives);
        Hit[][] hits = Search(passageTexts, excluded, positives.Max(row => row.Length));
        bool isLog = retriever is EmbeddingRetriever embeddings && embeddings.Similarity.IsFidelity();
        SplittableRandom random = new(seed);
        HashSet<string> written = new(StringComparer.Ordinal);
        for (int query = 0; query < positives.Length; query++)
        {
            Hit[] ranked = isLog ? Array.ConvertAll(hits[query], hit => hit with { Score = MathF.Exp(hit.Score) }) : hits[query];
            Dictionary<int, float> scoreOf = ranked.ToDictionary(hit => hit.Index, hit => hit.Score);
            for (int i = 0; i < positives[query].Length; i++)
            {
                int positive = positives[query][i];
                double score = isLog ? Math.Exp(scores[query][i]) : scores[query][i];
                int[] negatives = selection.Choose(ranked, None, score, ref random);
                if (negatives.Length < selection.Count) TooFew++;
                else if (!written.Add(Texts(query, positive, negatives))) Repeated++;
                else _rows.Add(new MinedRow(query, positive, negatives, score, negatives.Sum(negative => (double)scoreOf[negative])));
            }
        }
    }

    /// <summary>
    /// The ranked passages of other texts than the excluded ones, each text once; as many as the selection looks at, where there are so
    /// many.
    /// </summary>
    private Hit[][] Search(ulong[] passageTexts, HashSet<ulong>[] excluded, int positives)
    {
        int all = retriever.PassageIds.Count, depth = (int)Math.Min(all, selection.Last + (long)positives + 1);
        Hit[][] found = new Hit[excluded.Length][];
        IRetriever ranking = ignoreIdenticalIds ? new IdenticalIdFilter(retriever) : retriever;
        int[] left = [.. Enumerable.Range(0, found.Length)];
        while (left.Length > 0)
        {
            IReadOnlyList<Hit[]> hits = ranking.Search([.. left.Select(query => queries.Queries[query])], depth);
            List<int> shallow = [];
            for (int i = 0; i < left.Length; i++)
            {
                HashSet<ulong> seen = [.. excluded[left[i]]];
                found[left[i]] = [.. hits[i].Where(hit => seen.Add(passageTexts[hit.Index]))];
                if (found[left[i]].Length < selection.Last && hits[i].Length == depth && depth < all) shallow.Add(left[i]);
            }
            // Too many copies among them: look further down.
            (left, depth) = ([.. shallow], (int)Math.Min(all, 4L * depth));
        }
        return found;
    }

    /// <summary>A query's positives, one for each text.</summary>
    private int[] Positives(string query, Dictionary<string, int> indices, ulong queryText, ulong[] passageTexts)
    {
        List<int> found = [];
        HashSet<ulong> seen = [];
        foreach ((string id, int grade) in queries.Qrels.Judged(query))
        {
            if (grade < 1) continue;
            if (queryText == TextIdentity.Empty || !indices.TryGetValue(id, out int index) || passageTexts[index] == TextIdentity.Empty)
                Missing++;
            else if (!seen.Add(passageTexts[index])) Repeated++;
            else found.Add(index);
        }
        return [.. found];
    }

    private static double? Mean(IEnumerable<double> scores) => scores.Select(score => (double?)score).Average();

    // A tab or a line break would end the column or the row.
    private static string Column(string text) => text.Replace('\t', ' ').ReplaceLineEndings(" ");
}
