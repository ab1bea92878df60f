using System.Globalization;
using Npgsql;
using PgVectorSearch;
using QEngine;
using QEngine.Collections;

// pgvector-search INDEX DOCUMENTS.npy IDS.txt QUERIES.npy [CONNECTION]: how many of an index's ten best documents are left where a database
// finds candidates by Euclidean distance and the index ranks these by its exact scores; PostgreSQL's too where a connection is given.
const int Top = 10;
int[] depths = [20, 50, 100];
if (args is not [string indexFolder, string documentsFile, string idsFile, string queriesFile, .. { Length: <= 1 } connections])
{
    Console.Error.WriteLine(
        "pgvector-search: expected an index, its vectors, their ids, vectors of queries, and perhaps a connection string of PostgreSQL");
    return 2;
}
try
{
    using SearchIndex index = SearchIndex.Open(indexFolder);
    float[][] documents = VectorFile.Read(documentsFile), queries = VectorFile.Read(queriesFile);
    string[] ids = File.ReadAllLines(idsFile);
    if (ids.Length != documents.Length || documents.Length != index.Count)
        throw new InvalidDataException($"expected {index.Count} vectors and ids, found {documents.Length} and {ids.Length}");
    if (documents[0].Length != index.Dimension || queries[0].Length != index.Dimension)
        throw new InvalidDataException($"expected vectors of {index.Dimension} numbers as the index has, found others");
    List<ICandidateStore> stores = [new USearchStore()];
    foreach (string connection in connections)
    {
        stores.Add(await PgVectorStore.OpenAsync(connection, hasGraph: false));
        stores.Add(await PgVectorStore.OpenAsync(connection, hasGraph: true));
    }
    Console.WriteLine($"{ids.Length} documents, {queries.Length} queries, vectors of {index.Dimension}, {index.Similarity}");
    Console.WriteLine($"candidates by Euclidean distance\t{string.Join('\t', depths.Select(depth => $"recall@{Top} of {depth}"))}");
    foreach (ICandidateStore candidates in stores)
    {
        await using ICandidateStore store = candidates;
        await store.AddAsync(ids, documents);
        List<string> recalls = [];
        foreach (int depth in depths)
            recalls.Add((await Recall(index, store, queries, depth)).ToString("F4", CultureInfo.InvariantCulture));
        Console.WriteLine($"{store.Name}\t{string.Join('\t', recalls)}");
    }
    return 0;
}
catch (Exception failure) when (
    failure is QEngineException or NpgsqlException or IOException or InvalidDataException or UnauthorizedAccessException
        or ArgumentException)
{
    Console.Error.WriteLine($"pgvector-search: {failure.Message.ReplaceLineEndings(" ")}");
    return 1;
}

// The search in two steps that an application makes: the store finds candidates, the index ranks them.
static async Task<IReadOnlyList<SearchHit>> Search(SearchIndex index, ICandidateStore store, float[] query, int candidates)
{
    IReadOnlyList<string> found = await store.NearestAsync(query, candidates);
    return index.SearchAll([new SearchQuery("") { Vector = query, Candidates = found }], Top)[0];
}

static async Task<double> Recall(SearchIndex index, ICandidateStore store, float[][] queries, int candidates)
{
    int found = 0, wanted = 0;
    foreach (float[] query in queries)
    {
        string[] best = [.. index.SearchAll([new SearchQuery("") { Vector = query }], Top)[0].Select(hit => hit.Id)];
        found += best.Intersect((await Search(index, store, query, candidates)).Select(hit => hit.Id)).Count();
        wanted += best.Length;
    }
    return (double)found / wanted;
}
