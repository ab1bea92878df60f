using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tools.Cli;
using QEngine.Tools.Indexing;
using QEngine.Training;

namespace QEngine.Tools.Heads;

/// <summary>
/// The vectors of texts by a model, with its prompts for queries and documents where it is known which a text is. Nothing is embedded until
/// it is asked for.
/// </summary>
internal sealed class TextVectors : VectorSource
{
    private readonly SentenceEmbedder _model;
    private readonly TextSource _texts;
    private readonly ProgressReporter _progress;
    private readonly Lazy<IReadOnlyDictionary<string, int>> _ids;

    /// <summary>Counts the texts and checks every row.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="progress">Where progress is shown.</param>
    /// <exception cref="QEngineException">A row is malformed, there is none, or their vectors are too wide or too many.</exception>
    public TextVectors(SentenceEmbedder model, TextSource texts, ProgressReporter progress)
    {
        (_model, _texts, _progress) = (model, texts, progress);
        if (Columns > PrincipalComponents.MaxColumns)
            throw new QEngineException($"expected a model of at most {PrincipalComponents.MaxColumns} numbers, found one of {Columns}");
        long count = texts.Count();
        RequireRoom(count);
        Rows = (int)count;
        _ids = new Lazy<IReadOnlyDictionary<string, int>>(ReadIds);
    }

    /// <inheritdoc/>
    public override int Rows { get; }

    /// <inheritdoc/>
    public override int Columns => _model.Dimension;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, int> Ids => _ids.Value;

    /// <inheritdoc/>
    public override Vectors Alike() => All(_model.Prompts.Default);

    /// <inheritdoc/>
    public override Vectors Documents() => All(_model.Prompts.Document);

    /// <inheritdoc/>
    public override Vectors Groups(int size)
    {
        if (!KnowsRoles) return Documents();
        float[] values = new float[(long)Rows * Columns];
        Embed(row => row % size > 0, Rows - (Rows / size), "documents", _model.Prompts.Document, (row, vector) => Put(values, row, vector));
        Embed(row => row % size == 0, Rows / size, "queries", _model.Prompts.Query, (row, vector) => Put(values, row, vector));
        return new Vectors(values, Columns);
    }

    /// <inheritdoc/>
    /// <remarks>A text that is both a query and a document has two vectors.</remarks>
    public override (Vectors Vectors, VectorPair[] Pairs) Answers(VectorPair[] pairs)
    {
        if (!KnowsRoles) return (Documents(), pairs);
        bool[] isDocument = new bool[Rows];
        int[] asQuery = new int[Rows];
        Array.Fill(asQuery, -1);
        foreach (VectorPair pair in pairs) isDocument[pair.Second] = true;
        int count = Rows, queries = 0;
        foreach (VectorPair pair in pairs)
        {
            if (asQuery[pair.First] >= 0) continue;
            asQuery[pair.First] = isDocument[pair.First] ? count++ : pair.First;
            queries++;
        }
        RequireRoom(count);
        float[] values = new float[(long)count * Columns];
        bool IsOnlyQuery(int row) => asQuery[row] == row;
        Embed(
            row => !IsOnlyQuery(row), Enumerable.Range(0, Rows).Count(row => !IsOnlyQuery(row)), "documents", _model.Prompts.Document,
            (row, vector) => Put(values, row, vector));
        Embed(row => asQuery[row] >= 0, queries, "queries", _model.Prompts.Query, (row, vector) => Put(values, asQuery[row], vector));
        return (new Vectors(values, Columns), [.. pairs.Select(pair => pair with { First = asQuery[pair.First] })]);
    }

    private bool KnowsRoles => _model.Prompts.Query != _model.Prompts.Document;

    private delegate void Taker(int row, ReadOnlySpan<float> vector);

    private Vectors All(string prompt)
    {
        float[] values = new float[(long)Rows * Columns];
        Embed(_ => true, Rows, "texts", prompt, (row, vector) => Put(values, row, vector));
        return new Vectors(values, Columns);
    }

    private void Put(float[] values, int row, ReadOnlySpan<float> vector) => vector.CopyTo(values.AsSpan(row * Columns, Columns));

    private void Embed(Func<int, bool> wanted, int count, string what, string prompt, Taker take)
    {
        if (count == 0) return;
        Queue<int> rows = [];
        new BatchEmbedder(_progress, _model, prompt: prompt).Run(
            _texts.Read().Where((_, row) =>
            {
                // One more than there were is an error of the embedder's.
                if (row < Rows && !wanted(row)) return false;
                rows.Enqueue(row);
                return true;
            }),
            count,
            what,
            (texts, vectors) =>
            {
                for (int i = 0; i < texts.Count; i++) take(rows.Dequeue(), vectors.Slice(i * Columns, Columns));
            });
    }

    private void RequireRoom(long rows)
    {
        if (rows * Columns > Array.MaxLength)
            throw new QEngineException(
                $"expected at most {Array.MaxLength / Columns} texts of {Columns} numbers in memory, found {rows} in {_texts.Name}");
    }

    private Dictionary<string, int> ReadIds()
    {
        Dictionary<string, int> ids = new(Rows, StringComparer.Ordinal);
        foreach (IdText text in _texts.Read())
            if (!ids.TryAdd(text.Id, ids.Count)) throw TextFile.Repeated(text.Id, ids.Count + 1, _texts.Name);
        return ids.Count == Rows ? ids : throw BatchEmbedder.Changed();
    }
}
