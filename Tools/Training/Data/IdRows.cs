using QEngine.Retrieval;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Training;

/// <summary>Training rows that name their texts by ids, until the texts are found: only those that are named are kept.</summary>
internal sealed class IdRows
{
    private readonly List<(int Query, int Positive, int[] Negatives)> _rows = [];
    private readonly Dictionary<string, int> _queries = new(StringComparer.Ordinal), _passages = new(StringComparer.Ordinal);

    /// <summary>Adds a row.</summary>
    /// <param name="query">The query's id.</param>
    /// <param name="positive">The id of a passage that answers it.</param>
    /// <param name="negatives">Ids of passages that do not.</param>
    public void Add(string query, string positive, IEnumerable<string> negatives) =>
        _rows.Add((Number(_queries, query), Number(_passages, positive), [.. negatives.Select(negative => Number(_passages, negative))]));

    /// <summary>The rows with their texts.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="passages">The collection.</param>
    /// <exception cref="QEngineException">A file is malformed, or an id has no text, an empty one or two.</exception>
    public IEnumerable<TrainingRow> WithTexts(TextSource queries, TextSource passages)
    {
        string[] asked = Texts(_queries, queries, "query"), found = Texts(_passages, passages, "passage");
        return _rows.Select(row => new TrainingRow(
            asked[row.Query], found[row.Positive], Array.ConvertAll(row.Negatives, negative => found[negative]), null));
    }

    private static int Number(Dictionary<string, int> ids, string id)
    {
        if (!ids.TryGetValue(id, out int number)) ids.Add(id, number = ids.Count);
        return number;
    }

    private static string[] Texts(Dictionary<string, int> ids, TextSource source, string what)
    {
        string?[] texts = new string?[ids.Count];
        long row = 0;
        foreach (IdText text in source.Read())
        {
            row++;
            if (!ids.TryGetValue(text.Id, out int number)) continue;
            if (texts[number] is not null) throw TextFile.Repeated(text.Id, row, source.Name);
            if (string.IsNullOrWhiteSpace(text.Text))
                throw new QEngineException($"expected a text for {what} '{text.Id}', found an empty one in row {row} of {source.Name}");
            texts[number] = text.Text;
        }
        foreach ((string id, int number) in ids)
            if (texts[number] is null) throw new QEngineException($"expected a text for {what} '{id}', found none in {source.Name}");
        return texts!;
    }
}
