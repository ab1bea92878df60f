namespace QEngine.Tools.Demo.Docs;

/// <summary>Which part of a member's documentation the query of a training pair is, and what its document therefore lacks.</summary>
internal enum PairKind
{
    /// <summary>Query: the summary's opening. Document: everything else.</summary>
    Summary,

    /// <summary>
    /// Query: a sentence of the remarks or about the returned value. Document: names and summary, as in the search index.
    /// </summary>
    Paraphrase,

    /// <summary>Query: the words of the name. Document: the descriptions without the name.</summary>
    Keywords,
}

/// <summary>A query and a document that answers it.</summary>
/// <param name="Kind">How the pair was made.</param>
/// <param name="Query">The query text.</param>
/// <param name="Document">The document text.</param>
/// <param name="Group">Pairs of the same group answer each other's queries: mask them as negatives.</param>
/// <param name="Member">Index of the member in the corpus.</param>
internal sealed record TrainingPair(PairKind Kind, string Query, string Document, int Group, int Member);

/// <summary>A held-out query with all its answers.</summary>
/// <param name="Id">Documentation id of the first member it describes.</param>
/// <param name="Text">The query text.</param>
/// <param name="Relevant">Indices of the members that answer it, ascending.</param>
internal sealed record HeldOutQuery(string Id, string Text, IReadOnlyList<int> Relevant);

/// <summary>How a corpus is split.</summary>
/// <param name="Seed">Decides which types are held out and which of their queries are taken.</param>
internal sealed record RetrievalOptions(ulong Seed = 1)
{
    /// <summary>Share of type families held out for the test.</summary>
    public double TestShare { get; init; } = 0.08;

    /// <summary>Share of type families held out for development.</summary>
    public double DevelopmentShare { get; init; } = 0.03;

    /// <summary>At most this many test queries.</summary>
    public int TestQueries { get; init; } = 2000;

    /// <summary>At most this many development queries.</summary>
    public int DevelopmentQueries { get; init; } = 500;

    /// <summary>At most this many held-out queries of one family, so that no large type decides the result.</summary>
    public int QueriesPerFamily { get; init; } = 20;

    /// <summary>A summary that members of more types share is boilerplate.</summary>
    public int TypesPerSummary { get; init; } = 8;
}

/// <summary>Training pairs and held-out queries over one corpus, deterministic from the options.</summary>
/// <param name="Training">Pairs of the training types, ordered by member, then kind.</param>
/// <param name="Development">Queries for choosing settings, ordered by id.</param>
/// <param name="Test">Queries for the final figures, ordered by id.</param>
/// <param name="EvaluationDocuments">
/// For each member of the corpus (held out or not) its document without the summary: held-out queries are summaries, so an index
/// of full texts would contain every query word for word.
/// </param>
internal sealed record RetrievalSet(
    IReadOnlyList<TrainingPair> Training, IReadOnlyList<HeldOutQuery> Development, IReadOnlyList<HeldOutQuery> Test,
    IReadOnlyList<string> EvaluationDocuments);
