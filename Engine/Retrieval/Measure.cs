using System.Globalization;

namespace QEngine.Retrieval;

/// <summary>A measure of ranking quality in the spelling and definition of ir_measures and trec_eval; 0 is worst, 1 is best.</summary>
/// <remarks>Values compare by content: two parses of one text are equal.</remarks>
public abstract record Measure
{
    private protected Measure(int? cutoff) => Cutoff = cutoff;

    /// <summary>The number of first ranks that count; null for the whole ranking.</summary>
    public int? Cutoff { get; }

    /// <summary>The least grade that counts as relevant; null for a measure that uses the grades themselves.</summary>
    public virtual int? Relevance => null;

    private protected abstract string Name { get; }

    private protected int Limit => Cutoff ?? int.MaxValue;

    /// <summary>Reads a measure such as <c>nDCG@10</c>, <c>AP</c>, <c>RR@10</c> or <c>P(rel=2)@5</c>.</summary>
    /// <param name="text">
    /// Name, optionally <c>(rel=N)</c>, optionally <c>@k</c>. Names, in either case: nDCG; AP or MAP; RR or MRR; P; R or Recall; Success.
    /// The last three need a cutoff.
    /// </param>
    /// <param name="relevance">The least relevant grade where the text names none, at least 1 (TREC DL 2019: 2); nDCG ignores it.</param>
    /// <returns>The measure.</returns>
    /// <exception cref="QEngineException">The text is no measure, or a number is below 1.</exception>
    public static Measure Parse(string text, int relevance = 1)
    {
        ArgumentNullException.ThrowIfNull(text);
        return MeasureParser.Parse(text, relevance);
    }

    /// <summary>The measure's text, which <see cref="Parse"/> reads: the relevance only where it is not 1.</summary>
    /// <returns>For instance <c>AP(rel=2)@100</c>.</returns>
    public sealed override string ToString()
    {
        string relevance = Relevance is { } grade && grade != 1 ? string.Create(CultureInfo.InvariantCulture, $"(rel={grade})") : "";
        string cutoff = Cutoff is { } k ? string.Create(CultureInfo.InvariantCulture, $"@{k}") : "";
        return Name + relevance + cutoff;
    }

    /// <summary>The measure's value on one query.</summary>
    /// <param name="ranking">The query's grades in ranked order.</param>
    /// <returns>0 to 1; 0 where the query has no relevant document.</returns>
    internal abstract double Compute(in RankedGrades ranking);
}
