using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;

namespace QEngine.Tools.Evaluating;

/// <summary>The passages to rank for each query: of another system's run, or of a file that brings their texts too.</summary>
internal sealed class Candidates
{
    private readonly Dictionary<string, IReadOnlyList<string>> _byQuery = new(StringComparer.Ordinal);

    private Candidates()
    {
    }

    /// <summary>The queries, where the file brings their texts.</summary>
    public TextSource? Queries { get; private init; }

    /// <summary>The passages, where the file brings their texts.</summary>
    public TextSource? Passages { get; private init; }

    /// <summary>Reads a run, or MS MARCO's top1000 (<see cref="CandidatesFile"/>).</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QEngineException">The file is malformed, or names a passage twice for a query.</exception>
    public static Candidates Read(string path) => CandidatesFile.IsOne(path) ? OfTexts(path) : OfRun(path);

    /// <summary>The queries that have candidates.</summary>
    public IEnumerable<string> QueryIds => _byQuery.Keys;

    /// <summary>A query's candidates, perhaps none.</summary>
    public IEnumerable<string> PassagesFor(string query) =>
        _byQuery.TryGetValue(query, out IReadOnlyList<string>? passages) ? passages : [];

    /// <summary>The candidates of some queries.</summary>
    public HashSet<string> PassagesOf(IEnumerable<string> queries) => queries.SelectMany(PassagesFor).ToHashSet(StringComparer.Ordinal);

    private static Candidates OfRun(string path)
    {
        Run run = RunFile.Read(path);
        Candidates candidates = new();
        foreach (string query in run.QueryIds)
            if (run.TryGet(query, out RankedList? list))
                candidates._byQuery.Add(query, [.. Enumerable.Range(0, list.Count).Select(rank => list[rank].Id)]);
        return candidates;
    }

    private static Candidates OfTexts(string path)
    {
        Candidates candidates = new()
        {
            Queries = new TextSource(path, () => Distinct(path, row => new IdText(row.QueryId, row.Query))),
            Passages = new TextSource(path, () => Distinct(path, row => new IdText(row.PassageId, row.Passage))),
        };
        // A passage of many queries is one string.
        HashSet<string> ids = new(StringComparer.Ordinal);
        Dictionary<string, HashSet<string>> byQuery = new(StringComparer.Ordinal);
        long row = 0;
        foreach (Candidate candidate in Read(path, row => row))
        {
            row++;
            if (!ids.TryGetValue(candidate.PassageId, out string? id)) ids.Add(id = candidate.PassageId);
            if (!byQuery.TryGetValue(candidate.QueryId, out HashSet<string>? passages))
                byQuery.Add(candidate.QueryId, passages = new HashSet<string>(StringComparer.Ordinal));
            if (!passages.Add(id))
            {
                throw new QEngineException(
                    $"expected each passage once a query, found '{id}' again for query '{candidate.QueryId}' in row {row} of {path}");
            }
        }
        foreach ((string query, HashSet<string> passages) in byQuery) candidates._byQuery.Add(query, [.. passages]);
        return candidates;
    }

    private static IEnumerable<IdText> Distinct(string path, Func<Candidate, IdText> text)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        return Read(path, text).Where(row => seen.Add(row.Id));
    }

    private static IEnumerable<T> Read<T>(string path, Func<Candidate, T> select)
    {
        foreach (Candidate row in CandidatesFile.Read(path))
        {
            Session.Cancellation.ThrowIfCancellationRequested();
            yield return select(row);
        }
    }
}
