using QEngine.Tools.Demo.Docs;
using QEngine.Tools.Heads;
using QEngine.Training;

namespace QEngine.Tools.Demo.Real;

/// <summary>What heads are trained on: the vectors of held-in members, of each group that answers alike those of the first.</summary>
/// <remarks>
/// One member a group, so that no negative of a step answers the query too. Nothing of the held-out types is among the rows.
/// </remarks>
/// <param name="Vectors">First the queries, that is, summaries, then the documents in the same order.</param>
/// <param name="Pairs">The rows that belong together.</param>
internal sealed record TrainingRows(Vectors Vectors, VectorPair[] Pairs)
{
    /// <summary>Takes the vectors of the training pairs.</summary>
    /// <param name="set">The pairs.</param>
    /// <param name="vectors">The vectors of all members.</param>
    public static TrainingRows Create(RetrievalSet set, MemberVectors vectors)
    {
        int[] members = Members(set);
        float[] rows = new float[2 * members.Length * vectors.Dimension];
        VectorPair[] pairs = new VectorPair[members.Length];
        for (int i = 0; i < members.Length; i++)
        {
            vectors.Summary(members[i]).CopyTo(rows.AsSpan(i * vectors.Dimension));
            vectors.Document(members[i]).CopyTo(rows.AsSpan((members.Length + i) * vectors.Dimension));
            pairs[i] = new VectorPair(i, members.Length + i, 1);
        }
        return new TrainingRows(new Vectors(rows, vectors.Dimension), pairs);
    }

    /// <summary>The members whose summaries and documents are the pairs.</summary>
    public static int[] Members(RetrievalSet set) =>
        [.. set.Training.Where(pair => pair.Kind == PairKind.Summary).DistinctBy(pair => pair.Group).Select(pair => pair.Member)];
}
