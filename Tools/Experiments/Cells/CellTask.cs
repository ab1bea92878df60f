using QEngine.Models;
using QEngine.Tools.Cli;
using QEngine.Tools.Heads;
using QEngine.Tools.Training;
using QEngine.Training;

namespace QEngine.Tools.Experiments;

/// <summary>
/// What a head over vectors that stay as they are learns from; nothing is held out, as what is measured are other texts or vectors.
/// </summary>
/// <param name="Vectors">The vectors.</param>
/// <param name="Task">What they have to do with each other.</param>
/// <param name="Loss">What is minimised.</param>
/// <param name="Rows">Rows that were learned from.</param>
/// <param name="Queries">Their queries.</param>
internal sealed record CellTask(Vectors Vectors, HeadTask Task, string Loss, int Rows, int Queries)
{
    /// <summary>The task of a cell.</summary>
    /// <param name="context">What cells share.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="backbone">Its encoder, or the vectors in its place.</param>
    /// <param name="own">What is done to pooled vectors first.</param>
    /// <param name="length">Longest text in tokens.</param>
    /// <param name="session">Threads, and the cell's seed.</param>
    /// <exception cref="QEngineException">There is too little to learn from.</exception>
    public static CellTask Of(CellContext context, Cell cell, Backbone backbone, Head own, int length, Session session) =>
        backbone.Given is { } given ? OfVectors(cell, given, own, session) : OfTexts(context, cell, backbone, own, length, session);

    // What answers a query is to be first among what answers the others.
    private static CellTask OfTexts(CellContext context, Cell cell, Backbone backbone, Head own, int length, Session session)
    {
        TrainingRows rows = context.Rows(cell);
        TrainingSet set = rows.Tokenize(backbone.Tokenizer!, backbone.Embedder(session.Workers, length).MaximumLength, backbone.Prompts);
        Vectors pooled = SharedPool.Of(context, cell, backbone, set, length, session.Workers);
        Vectors vectors = Apply(own, pooled, session);
        VectorPair[] pairs = [.. set.Examples.Select(example => new VectorPair(example.Query, example.Positive, 1)).Distinct()];
        return new CellTask(
            vectors, new RelevantPairTask(vectors, pairs, share: 0, session.Seed), TaskLoss.Ranking, rows.Count, rows.Queries);
    }

    // One of the same label is to be before others, or, without labels, similarities are to be those of the vectors as they are.
    private static CellTask OfVectors(Cell cell, ExperimentVectors given, Head own, Session session)
    {
        Vectors vectors = Apply(own, given.Training, session);
        int[] rows = Pick(cell, vectors.Rows);
        HeadTask task = given.Labels is { } labels
            ? new LabelTask(vectors, labels, Math.Max(1, cell.Training.Negatives ?? CellDefaults.Negatives), share: 0, session.Seed, rows)
            : new UnlabelledTask(vectors, session.Seed, TaskLoss.Target(TaskLoss.Shares, HeadKind.Quantum), session.Workers, rows);
        return new CellTask(vectors, task, given.Labels is null ? TaskLoss.Shares : TaskLoss.Ranking, rows.Length, task.Examples.Count);
    }

    private static Vectors Apply(Head own, Vectors vectors, Session session) => own.Configuration.Modules.Count == 0
        ? vectors
        : new Vectors(
            HeldOutVectors.Compute(own, vectors, [.. Enumerable.Range(0, vectors.Rows)], session.Workers).Data, vectors.Columns);

    // A larger share holds a smaller one of the same seed, and all models of a seed have the same rows.
    private static int[] Pick(Cell cell, int count)
    {
        int[] rows = [.. Enumerable.Range(0, Math.Min(count, cell.Training.MaxRows ?? count))];
        if (cell.Fraction == 1) return rows;
        new SplittableRandom(cell.Seed).Shuffle<int>(rows);
        Array.Resize(ref rows, Math.Max(1, (int)Math.Round(cell.Fraction * rows.Length)));
        Array.Sort(rows);
        return rows;
    }
}
