using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Training;

/// <summary>Writes a training row for every query and positive, with negatives that a retriever ranks high.</summary>
/// <param name="retriever">Who ranks.</param>
/// <param name="queries">Queries and judgements.</param>
/// <param name="selection">Which of the ranked passages are taken.</param>
/// <param name="passages">The passages, for their texts.</param>
/// <param name="seed">For a random choice.</param>
internal sealed class NegativeMiner(IRetriever retriever, JudgedQueries queries, NegativeSelection selection, TextSource passages, ulong seed)
{
    private readonly List<(int Query, int Positive, int[] Negatives)> _rows = [];
    private double _positiveSum, _negativeSum;

    /// <summary>Rows written.</summary>
    public int Rows => _rows.Count;

    /// <summary>Positives left out for want of negatives.</summary>
    public int TooFew { get; private set; }

    /// <summary>Positives whose text is not there.</summary>
    public int Missing { get; private set; }

    /// <summary>Mean score of the rows' positives; 0 without rows.</summary>
    public double MeanPositive => _positiveSum / Math.Max(1, Rows);

    /// <summary>Mean score of the rows' negatives; 0 without rows.</summary>
    public double MeanNegative => _negativeSum / Math.Max(1, (double)Rows * selection.Count);

    /// <summary>Mines and writes the rows; the file appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">No row came about, or the file cannot be written.</exception>
    public void Write(string path)
    {
        Mine();
        if (Rows == 0) throw new QEngineException($"expected a query with a positive and {selection.Count} negatives, found none ({TooFew} positives with too few, {Missing} without a text)");
        HashSet<int> used = [.. _rows.SelectMany(row => row.Negatives.Append(row.Positive))];
        Dictionary<int, string> texts = new(used.Count);
        int index = 0;
        foreach (IdText passage in passages.Read())
        {
            if (used.Contains(index)) texts.Add(index, Column(passage.Text));
            index++;
        }
        // Training rows have no empty column.
        TooFew += _rows.RemoveAll(row => string.IsNullOrWhiteSpace(texts[row.Positive]) || row.Negatives.Any(negative => string.IsNullOrWhiteSpace(texts[negative])));
        AtomicFile.WriteText(path, writer =>
        {
            foreach ((int query, int positive, int[] negatives) in _rows)
                writer.WriteLine(string.Join('\t', [Column(queries.Queries[query].Text), texts[positive], .. negatives.Select(negative => texts[negative])]));
        });
    }

    private void Mine()
    {
        Dictionary<string, int> indices = new(StringComparer.Ordinal);
        for (int i = 0; i < retriever.PassageIds.Count; i++) indices.Add(retriever.PassageIds[i], i);
        int[][] positives = [.. queries.Ids.Select(id => Positives(id, indices))];
        int depth = (int)Math.Min(retriever.PassageIds.Count, selection.Last + (long)positives.Max(row => row.Length));
        IReadOnlyList<Hit[]> hits = retriever.Search(queries.Queries, depth);
        IReadOnlyList<float[]> scores = retriever.Score(queries.Queries, positives);
        bool isLog = retriever is EmbeddingRetriever { Similarity: Similarity.Fidelity };
        SplittableRandom random = new(seed);
        for (int query = 0; query < positives.Length; query++)
        {
            Hit[] ranked = isLog ? Array.ConvertAll(hits[query], hit => hit with { Score = MathF.Exp(hit.Score) }) : hits[query];
            Dictionary<int, float> scoreOf = ranked.ToDictionary(hit => hit.Index, hit => hit.Score);
            HashSet<int> excluded = [.. positives[query]];
            for (int i = 0; i < positives[query].Length; i++)
            {
                double score = isLog ? Math.Exp(scores[query][i]) : scores[query][i];
                int[] negatives = selection.Choose(ranked, excluded, score, ref random);
                if (negatives.Length < selection.Count)
                {
                    TooFew++;
                    continue;
                }
                _rows.Add((query, positives[query][i], negatives));
                if (double.IsFinite(score)) _positiveSum += score;
                _negativeSum += negatives.Sum(negative => (double)scoreOf[negative]);
            }
        }
    }

    private int[] Positives(string query, Dictionary<string, int> indices)
    {
        List<int> found = [];
        foreach ((string id, int grade) in queries.Qrels.Judged(query))
        {
            if (grade < 1) continue;
            if (indices.TryGetValue(id, out int index)) found.Add(index);
            else Missing++;
        }
        return [.. found];
    }

    // A tab or a line break would end the column or the row.
    private static string Column(string text) => text.Replace('\t', ' ').ReplaceLineEndings(" ");
}
