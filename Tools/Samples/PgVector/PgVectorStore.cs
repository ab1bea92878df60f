using Npgsql;
using Pgvector;

namespace PgVectorSearch;

/// <summary>PostgreSQL with pgvector: one table of its own, with an HNSW graph by Euclidean distance.</summary>
internal sealed class PgVectorStore : ICandidateStore
{
    private const string Table = "qengine_candidates";

    // Sent together. COPY is faster where the server has all of it.
    private const int RowsAtOnce = 500;

    // Seconds, for the graph above all.
    private const int Patience = 600;

    private readonly NpgsqlDataSource _source;
    private readonly bool _hasGraph;

    private PgVectorStore(NpgsqlDataSource source, bool hasGraph) => (_source, _hasGraph) = (source, hasGraph);

    /// <inheritdoc/>
    public string Name => _hasGraph ? "pgvector, HNSW" : "pgvector, every row";

    /// <summary>Connects, and creates the extension where it is not there.</summary>
    /// <param name="connection">Npgsql's connection string.</param>
    /// <param name="hasGraph">Whether there is to be a graph; otherwise every row is looked at, which is exact and slower.</param>
    public static async Task<PgVectorStore> OpenAsync(string connection, bool hasGraph)
    {
        await using (NpgsqlDataSource first = NpgsqlDataSource.Create(connection))
            await RunAsync(first, "CREATE EXTENSION IF NOT EXISTS vector");
        // Only now has the database the type that this looks for.
        NpgsqlDataSourceBuilder builder = new(connection);
        builder.UseVector();
        return new PgVectorStore(builder.Build(), hasGraph);
    }

    /// <inheritdoc/>
    public async Task AddAsync(IReadOnlyList<string> ids, IReadOnlyList<float[]> vectors)
    {
        await RunAsync(_source, $"DROP TABLE IF EXISTS {Table}");
        await RunAsync(_source, $"CREATE TABLE {Table} (id text PRIMARY KEY, vector vector({vectors[0].Length}) NOT NULL)");
        for (int first = 0; first < ids.Count; first += RowsAtOnce)
        {
            await using NpgsqlBatch rows = _source.CreateBatch();
            for (int i = first; i < Math.Min(first + RowsAtOnce, ids.Count); i++)
            {
                NpgsqlBatchCommand row = new($"INSERT INTO {Table} (id, vector) VALUES ($1, $2)");
                row.Parameters.AddWithValue(ids[i]);
                row.Parameters.AddWithValue(new Vector(vectors[i]));
                rows.BatchCommands.Add(row);
            }
            await rows.ExecuteNonQueryAsync();
        }
        if (_hasGraph) await RunAsync(_source, $"CREATE INDEX ON {Table} USING hnsw (vector vector_l2_ops)");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> NearestAsync(float[] vector, int count)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        // As many as a search of the graph keeps, of which 40 are the default, are the most that it finds.
        await using (NpgsqlCommand width = new($"SET hnsw.ef_search = {count}", connection))
            await width.ExecuteNonQueryAsync();
        await using NpgsqlCommand search = new($"SELECT id FROM {Table} ORDER BY vector <-> $1 LIMIT $2", connection);
        search.Parameters.AddWithValue(new Vector(vector));
        search.Parameters.AddWithValue(count);
        List<string> ids = [];
        await using NpgsqlDataReader found = await search.ExecuteReaderAsync();
        while (await found.ReadAsync()) ids.Add(found.GetString(0));
        return ids;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RunAsync(_source, $"DROP TABLE IF EXISTS {Table}");
        await _source.DisposeAsync();
    }

    private static async Task RunAsync(NpgsqlDataSource source, string statement)
    {
        await using NpgsqlCommand command = source.CreateCommand(statement);
        command.CommandTimeout = Patience;
        await command.ExecuteNonQueryAsync();
    }
}
