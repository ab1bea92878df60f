using QEngine.Training;

namespace QEngine.Tools.Heads;

/// <summary>Where the vectors of a task come from; how many there are and how wide is known before any of them is made.</summary>
internal abstract class VectorSource
{
    /// <summary>How many rows there are: vectors, or texts.</summary>
    public abstract int Rows { get; }

    /// <summary>d, numbers of a vector.</summary>
    public abstract int Columns { get; }

    /// <summary>Row of each id, or null where rows have no ids of their own.</summary>
    public abstract IReadOnlyDictionary<string, int>? Ids { get; }

    /// <summary>The vectors of rows that are alike, as the two texts of a scored pair.</summary>
    public abstract Vectors Alike();

    /// <summary>The vectors of what is to be found.</summary>
    public abstract Vectors Documents();

    /// <summary>The vectors of groups, each of which begins with a query that the others may answer.</summary>
    /// <param name="size">Rows of a group.</param>
    public abstract Vectors Groups(int size);

    /// <summary>The vectors of pairs of a query and a document.</summary>
    /// <param name="pairs">The pairs, by the numbers of rows.</param>
    /// <returns>The vectors, and the pairs by their numbers.</returns>
    public abstract (Vectors Vectors, VectorPair[] Pairs) Answers(VectorPair[] pairs);
}

/// <summary>Vectors that are there already, of whatever.</summary>
/// <param name="vectors">The vectors.</param>
internal sealed class GivenVectors(Vectors vectors) : VectorSource
{
    /// <inheritdoc/>
    public override int Rows => vectors.Rows;

    /// <inheritdoc/>
    public override int Columns => vectors.Columns;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, int>? Ids => null;

    /// <inheritdoc/>
    public override Vectors Alike() => vectors;

    /// <inheritdoc/>
    public override Vectors Documents() => vectors;

    /// <inheritdoc/>
    public override Vectors Groups(int size) => vectors;

    /// <inheritdoc/>
    public override (Vectors Vectors, VectorPair[] Pairs) Answers(VectorPair[] pairs) => (vectors, pairs);
}
