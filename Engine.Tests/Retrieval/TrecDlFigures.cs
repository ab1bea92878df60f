using QEngine.Retrieval;

namespace QEngine.Tests.Retrieval;

/// <summary>nDCG@10 of BM25 that re-ranks the judged passages of TREC DL 2019.</summary>
/// <remarks>
/// Computed by a program of its own in another language (Python, double precision, no index, no code of this repository) from
/// <c>data/trecdl-2019</c>: the formula of <see cref="Bm25Index"/> over all 9,139 passages, words as runs of letters (L*) and digits
/// (Nd) in lower case, or their stems by Porter's algorithm as he published it; equal scores by the larger id; linear gain, over the
/// 43 queries. The collection's own notes give 0.450 for BM25 and 0.25 for a random order.
/// </remarks>
internal static class TrecDlFigures
{
    /// <summary>k1 = 0.9, b = 0.4, the defaults.</summary>
    public const double Words = 0.451926;

    /// <summary>k1 = 1.2, b = 0.75, Lucene's.</summary>
    public const double LuceneParameters = 0.423311;

    /// <summary>On stems, with the defaults.</summary>
    public const double Stems = 0.464838;

    /// <summary>Weights in single precision may exchange two passages whose scores are nearly the same.</summary>
    public const double Tolerance = 1e-5;
}
