namespace QEngine.Retrieval;

/// <summary>What documents of equal score count as.</summary>
public enum TiePolicy
{
    /// <summary>As trec_eval: equal scores are ranked by document id, descending in the order of its bytes.</summary>
    TrecEval,

    /// <summary>
    /// The expected value of the measure over all orders of equal scores, in closed form for every measure; for nDCG this is what
    /// scikit-learn and torchmetrics do, for RBP what rbp_eval does. McSherry and Najork, "Computing Information Retrieval Performance
    /// Measures Efficiently in the Presence of Tied Scores", ECIR 2008.
    /// </summary>
    Average,
}
