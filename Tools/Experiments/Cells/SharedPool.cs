using System.Runtime.InteropServices;
using QEngine.Tools.Heads;
using QEngine.Tools.Training;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tools.Experiments;

/// <summary>The pooled vectors of a cell's training texts: of any share of the rows they are taken from those of all rows.</summary>
internal static class SharedPool
{
    /// <summary>The vectors.</summary>
    /// <param name="context">What cells share.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="backbone">Its encoder.</param>
    /// <param name="set">Its training set.</param>
    /// <param name="length">Longest text in tokens.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>[texts of the set, d].</returns>
    public static Vectors Of(CellContext context, Cell cell, Backbone backbone, TrainingSet set, int length, WorkerPool workers)
    {
        if (cell.Fraction == 1) return context.Frozen.Of(backbone, set, length, workers);
        TrainingRows rows = context.AllRows(cell.Training);
        TrainingSet all = rows.Tokenize(backbone.Tokenizer!, backbone.Embedder(workers, length).MaximumLength, backbone.Prompts);
        Vectors vectors = context.Frozen.Of(backbone, all, length, workers);
        Dictionary<string, int> places = new(all.TextCount, StringComparer.Ordinal);
        for (int text = 0; text < all.TextCount; text++) places.Add(Tokens(all, text), text);
        float[] data = new float[set.TextCount * vectors.Columns];
        for (int text = 0; text < set.TextCount; text++)
            vectors[places[Tokens(set, text)]].CopyTo(data.AsSpan(text * vectors.Columns));
        return new Vectors(data, vectors.Columns);
    }

    // A set holds every sequence of tokens once, but the same one with another part of it pooled is another text.
    private static string Tokens(TrainingSet set, int text) =>
        string.Concat(MemoryMarshal.Cast<int, char>(set.Tokens(text)), $"{set.UnpooledTokens(text)}");
}
