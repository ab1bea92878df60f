using System.Globalization;
using System.Text.Json;
using QEngine.Storage;

namespace QEngine.Retrieval;

/// <summary>
/// The data files of the paper (Kankeu et al., arXiv 2501.04591), JSON, perhaps with <c>.gz</c>, read query by query or text by text.
/// Queries: <c>{id: {"query": text, "pos": [id...], "hard_neg": [id...]}}</c> for training,
/// <c>{id: {"query": text, "qrels": [[id, grade]...]}}</c> for evaluation. Passages: <c>{id: text}</c>. Ids in lists may be whole numbers.
/// </summary>
/// <remarks>
/// Texts are given as they are written: the paper's programs normalise them afterwards (<c>QEngine.Text.PaperNormalizer</c>).
/// </remarks>
internal static class PaperFile
{
    /// <summary>Reads queries one by one while they are enumerated. Ids are not compared with each other.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="QEngineException">
    /// While enumerating: other JSON or none, or the file cannot be read; names file and byte.
    /// </exception>
    public static IEnumerable<PaperQuery> Queries(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Members(path, "queries", static (tokens, id) => Query(tokens, id));
    }

    /// <summary>Reads passages, or the queries of a file of queries, one by one while they are enumerated.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="QEngineException">
    /// While enumerating: other JSON or none, or the file cannot be read; names file and byte.
    /// </exception>
    public static IEnumerable<IdText> Texts(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Members(path, "texts", static (tokens, id) => new IdText(
            id, tokens.Type == JsonTokenType.StartObject
                ? Query(tokens, id).Text
                : String(tokens, "a text or an object with a \"query\"")));
    }

    /// <summary>Reads the judgements of a file of queries.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="QEngineException">
    /// Other JSON, a passage judged twice for a query, no judgement at all, or the file cannot be read.
    /// </exception>
    public static Qrels ReadQrels(string path)
    {
        Qrels qrels = new();
        foreach (PaperQuery query in Queries(path))
        {
            foreach ((string passageId, int grade) in query.Judgements)
            {
                if (qrels.TryAdd(query.Id, passageId, grade)) continue;
                throw new QEngineException(
                    $"expected one judgement a pair, found query {Printable.Quote(query.Id)} and document {Printable.Quote(passageId)} "
                    + $"again in {Printable.OneLine(path)}");
            }
        }
        return qrels.QueryIds.Count > 0
            ? qrels
            : throw new QEngineException($"expected queries with \"qrels\", found none in {Printable.OneLine(path)}");
    }

    private static IEnumerable<T> Members<T>(string path, string what, Func<JsonTokens, string, T> read)
    {
        using JsonTokens tokens = JsonTokens.Open(path);
        tokens.MoveTo(JsonTokenType.StartObject, $"an object of ids and {what}");
        bool any = false;
        while (tokens.MoveNext() && tokens.Type == JsonTokenType.PropertyName)
        {
            string id = Id(tokens);
            tokens.MoveNext();
            any = true;
            yield return read(tokens, id);
        }
        // Refuses anything but white space after the object.
        tokens.MoveNext();
        if (!any) throw new QEngineException($"expected {what}, found an empty object: {Printable.OneLine(path)}");
    }

    private static PaperQuery Query(JsonTokens tokens, string id)
    {
        if (tokens.Type != JsonTokenType.StartObject) throw tokens.Expected("an object with a \"query\"");
        string? text = null;
        List<string> positives = [], negatives = [];
        List<(string, int)> judgements = [];
        while (tokens.MoveNext() && tokens.Type == JsonTokenType.PropertyName)
        {
            string name = tokens.Text("a name");
            tokens.MoveNext();
            switch (name)
            {
                case "query": text = String(tokens, "\"query\" to be a string"); break;
                case "pos": positives = JsonIds.Read(tokens, "\"pos\""); break;
                case "hard_neg": negatives = JsonIds.Read(tokens, "\"hard_neg\""); break;
                case "qrels": judgements = Judgements(tokens); break;
                default: tokens.Skip(); break;
            }
        }
        if (text is null)
            throw new QEngineException($"expected a property \"query\" for {Printable.Quote(id)}, found none, {tokens.Where}");
        return new PaperQuery(id, text, positives, negatives, judgements);
    }

    private static List<(string, int)> Judgements(JsonTokens tokens)
    {
        const string Pair = "\"qrels\" to hold pairs of an id and a whole number";
        if (tokens.Type != JsonTokenType.StartArray) throw tokens.Expected("\"qrels\" to be an array");
        List<(string, int)> judgements = [];
        while (tokens.MoveNext() && tokens.Type != JsonTokenType.EndArray)
        {
            if (tokens.Type != JsonTokenType.StartArray) throw tokens.Expected(Pair);
            tokens.MoveNext();
            string id = JsonIds.One(tokens, Pair);
            tokens.MoveTo(JsonTokenType.Number, Pair);
            if (!int.TryParse(tokens.Text(Pair), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int grade))
                throw tokens.Expected(Pair);
            tokens.MoveTo(JsonTokenType.EndArray, Pair);
            judgements.Add((id, grade));
        }
        return judgements;
    }

    private static string Id(JsonTokens tokens)
    {
        string id = tokens.Text("an id");
        return string.IsNullOrWhiteSpace(id) ? throw new QEngineException($"expected an id, found an empty one, {tokens.Where}") : id;
    }

    private static string String(JsonTokens tokens, string what) =>
        tokens.Type == JsonTokenType.String ? tokens.Text(what) : throw tokens.Expected(what);
}
