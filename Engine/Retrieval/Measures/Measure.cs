using System.Globalization;

namespace QEngine.Retrieval;

/// <summary>
/// A measure of ranking quality in the spelling of ir_measures and the definition of trec_eval; 0 is worst and 1 is best, counts aside.
/// </summary>
/// <remarks>Values compare by content: two parses of one text are equal.</remarks>
public abstract record Measure
{
    private protected Measure(int? cutoff) => Cutoff = cutoff;

    /// <summary>The number of first ranks that count; null for the whole ranking.</summary>
    public int? Cutoff { get; }

    /// <summary>The least grade that counts as relevant; null for a measure that uses the grades themselves.</summary>
    public virtual int? Relevance => null;

    /// <summary>Whether values are counts, which are added up over queries rather than averaged.</summary>
    public virtual bool IsCount => false;

    private protected abstract string Name { get; }

    /// <summary>What stands in brackets, for instance <c>rel=2</c>; empty where all is as it is by default.</summary>
    private protected virtual string Parameters =>
        Relevance is { } grade && grade != 1 ? string.Create(CultureInfo.InvariantCulture, $"rel={grade}") : "";

    private protected int Limit => Cutoff ?? int.MaxValue;

    /// <summary>Reads a measure such as <c>nDCG@10</c>, <c>AP</c>, <c>RR@10</c>, <c>P(rel=2)@5</c> or <c>RBP(p=0.8)</c>.</summary>
    /// <param name="text">
    /// Name in either case, perhaps parameters in brackets, perhaps a cutoff: nDCG, nDCG(dcg='exp-log2'), AP or MAP, RR or MRR, P, R or
    /// Recall, Success, Rprec, Bpref, RBP(p=0.8), RBPResidual(p=0.8), Judged, SetP, SetR, NumQ, NumRet, NumRel, NumRelRet. P, R and
    /// Success need a cutoff, nDCG, AP, RR, RBP and Judged may have one. <c>rel=N</c> sets the least relevant grade where there is one.
    /// </param>
    /// <param name="relevance">The least relevant grade where the text names none, at least 1 (TREC DL 2019: 2).</param>
    /// <returns>The measure.</returns>
    /// <exception cref="QEngineException">The text is no measure, or a number is outside its range.</exception>
    public static Measure Parse(string text, int relevance = 1)
    {
        ArgumentNullException.ThrowIfNull(text);
        return MeasureParser.Parse(text, relevance);
    }

    /// <summary>The measure's text, which <see cref="Parse"/> reads: the relevance only where it is not 1.</summary>
    /// <returns>For instance <c>AP(rel=2)@100</c>.</returns>
    public sealed override string ToString()
    {
        string parameters = Parameters.Length > 0 ? $"({Parameters})" : "";
        string cutoff = Cutoff is { } k ? string.Create(CultureInfo.InvariantCulture, $"@{k}") : "";
        return Name + parameters + cutoff;
    }

    /// <summary>The measure's value on one query.</summary>
    /// <param name="ranking">The query's grades in ranked order.</param>
    /// <returns>0 to 1, or a count.</returns>
    internal abstract double Compute(in RankedGrades ranking);
}
