namespace PgVectorSearch;

/// <summary>A database of vectors, which finds those near one; it need know nothing of fidelity.</summary>
internal interface ICandidateStore : IAsyncDisposable
{
    /// <summary>What a table calls it.</summary>
    string Name { get; }

    /// <summary>Stores vectors, each by its id, and makes the index over them.</summary>
    /// <param name="vectors">Vectors of one length, in the order of the ids.</param>
    /// <param name="ids">Their ids, each once.</param>
    Task AddAsync(IReadOnlyList<string> ids, IReadOnlyList<float[]> vectors);

    /// <summary>The ids of stored vectors near one by Euclidean distance, nearest first.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="count">How many.</param>
    Task<IReadOnlyList<string>> NearestAsync(float[] vector, int count);
}
