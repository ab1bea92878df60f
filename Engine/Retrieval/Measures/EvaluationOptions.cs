namespace QEngine.Retrieval;

/// <summary>How a run is evaluated; by default as trec_eval does without options.</summary>
public readonly record struct EvaluationOptions
{
    /// <summary>How equal scores count.</summary>
    public TiePolicy Ties { get; init; }

    /// <summary>
    /// Whether a judged query that the run lacks counts, with nothing found for it, rather than being left out: trec_eval's <c>-c</c>.
    /// </summary>
    public bool Complete { get; init; }

    /// <summary>
    /// Whether documents without a judgement, and those of a grade below 0, are taken out of the rankings first: trec_eval's <c>-J</c>.
    /// </summary>
    public bool JudgedOnly { get; init; }

    /// <summary>
    /// Whether a hit whose id is the query's is taken out of the ranking first: BEIR's <c>ignore_identical_ids</c>, for collections whose
    /// queries are documents too. A judgement of it still counts among what could have been found.
    /// </summary>
    public bool IgnoreIdenticalIds { get; init; }
}
