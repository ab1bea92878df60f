using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Retrieval;

/// <summary>A query with the ids of its positives and of passages that retrieval systems took for such.</summary>
/// <param name="Id">The query's id.</param>
/// <param name="Positives">Ids of relevant passages.</param>
/// <param name="Negatives">Ids of the systems' passages, each once, in the order of the file.</param>
internal sealed record MinedQuery(string Id, IReadOnlyList<string> Positives, IReadOnlyList<string> Negatives);

/// <summary>
/// Mined negatives as sentence-transformers publishes them for MS MARCO (<c>msmarco-hard-negatives.jsonl.gz</c>), one JSON object a query:
/// <c>{"qid": id, "pos": [id...], "neg": {system: [id...]...}}</c>; ids are strings or whole numbers.
/// </summary>
internal static class HardNegativesFile
{
    /// <summary>Reads queries one by one while they are enumerated.</summary>
    /// <param name="path">Path of the file; one that ends in <c>.gz</c> is decompressed.</param>
    /// <param name="perSystem">Most negatives from one system, its first ones that no earlier system had, at least 1.</param>
    /// <param name="systems">The systems wanted; null for all.</param>
    /// <exception cref="QEngineException">
    /// While enumerating: other JSON, no query, the file cannot be read, or at its end: a system that it lacks.
    /// </exception>
    public static IEnumerable<MinedQuery> Read(string path, int perSystem, IReadOnlyCollection<string>? systems = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(perSystem, 1);
        return Rows(path, perSystem, systems);
    }

    private static IEnumerable<MinedQuery> Rows(string path, int perSystem, IReadOnlyCollection<string>? systems)
    {
        HashSet<string>? missing = systems is null ? null : new HashSet<string>(systems, StringComparer.Ordinal);
        HashSet<string>? wanted = missing is null ? null : new HashSet<string>(missing, StringComparer.Ordinal);
        bool any = false;
        using JsonTokens tokens = JsonTokens.Open(path, manyValues: true);
        while (tokens.MoveNext())
        {
            any = true;
            yield return Query(tokens, perSystem, wanted, missing);
        }
        if (!any) throw new QEngineException($"expected hard negatives, found an empty file: {Printable.OneLine(path)}");
        if (missing is null) yield break;
        foreach (string system in missing)
            throw new QEngineException($"expected negatives of {Printable.Quote(system)}, found none in {Printable.OneLine(path)}");
    }

    private static MinedQuery Query(JsonTokens tokens, int perSystem, HashSet<string>? wanted, HashSet<string>? missing)
    {
        if (tokens.Type != JsonTokenType.StartObject) throw tokens.Expected("an object with \"qid\", \"pos\" and \"neg\"");
        string? id = null;
        List<string>? positives = null, negatives = null;
        while (tokens.MoveNext() && tokens.Type == JsonTokenType.PropertyName)
        {
            string name = tokens.Text("a name");
            tokens.MoveNext();
            switch (name)
            {
                case "qid": id = JsonIds.One(tokens, "\"qid\" to be an id, a string or a whole number"); break;
                case "pos": positives = JsonIds.Read(tokens, "\"pos\""); break;
                case "neg": negatives = Negatives(tokens, perSystem, wanted, missing); break;
                default: tokens.Skip(); break;
            }
        }
        string? absent = id is null ? "qid" : positives is null ? "pos" : negatives is null ? "neg" : null;
        if (absent is not null) throw new QEngineException($"expected a property \"{absent}\", found none, {tokens.Where}");
        return new MinedQuery(id!, positives!, negatives!);
    }

    private static List<string> Negatives(JsonTokens tokens, int perSystem, HashSet<string>? wanted, HashSet<string>? missing)
    {
        if (tokens.Type != JsonTokenType.StartObject) throw tokens.Expected("\"neg\" to be an object of systems");
        List<string> negatives = [];
        HashSet<string> known = new(StringComparer.Ordinal);
        while (tokens.MoveNext() && tokens.Type == JsonTokenType.PropertyName)
        {
            string system = tokens.Text("a system");
            tokens.MoveNext();
            if (wanted is not null && !wanted.Contains(system))
            {
                tokens.Skip();
                continue;
            }
            missing?.Remove(system);
            Add(tokens, system, perSystem, negatives, known);
        }
        return negatives;
    }

    private static void Add(JsonTokens tokens, string system, int perSystem, List<string> negatives, HashSet<string> known)
    {
        if (tokens.Type != JsonTokenType.StartArray)
            throw tokens.Expected($"the negatives of {Printable.Quote(system)} to be an array of ids");
        int added = 0;
        while (tokens.MoveNext() && tokens.Type != JsonTokenType.EndArray)
        {
            if (added == perSystem)
            {
                tokens.Skip();
                continue;
            }
            string id = JsonIds.One(tokens, "negatives to be ids, strings or whole numbers");
            if (!known.Add(id)) continue;
            negatives.Add(id);
            added++;
        }
    }
}
