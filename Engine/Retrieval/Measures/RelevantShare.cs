namespace QEngine.Retrieval;

/// <summary>Relevant documents among the first ranks, divided by a number of documents; 0 where that is 0.</summary>
internal sealed record RelevantShare : BinaryMeasure
{
    private readonly string _name;
    private readonly Extent _depth, _divisor;

    private RelevantShare(string name, int? cutoff, int relevance, Extent depth, Extent divisor)
        : base(cutoff, relevance) => (_name, _depth, _divisor) = (name, depth, divisor);

    // A number of documents: the cutoff k, all that were found, or all relevant ones of the query.
    private enum Extent
    {
        Cutoff,
        Found,
        Relevant,
    }

    private protected override string Name => _name;

    /// <summary>P@k: relevant documents among the first k, divided by k even where fewer were found. trec_eval's <c>P</c>.</summary>
    public static RelevantShare Precision(int cutoff, int relevance) => new("P", cutoff, relevance, Extent.Cutoff, Extent.Cutoff);

    /// <summary>R@k: relevant documents among the first k, divided by all relevant ones of the query. trec_eval's <c>recall</c>.</summary>
    public static RelevantShare Recall(int cutoff, int relevance) => new("R", cutoff, relevance, Extent.Cutoff, Extent.Relevant);

    /// <summary>Rprec: relevant documents among the first R, divided by R, the number of relevant ones. trec_eval's <c>Rprec</c>.</summary>
    public static RelevantShare RPrecision(int relevance) => new("Rprec", null, relevance, Extent.Relevant, Extent.Relevant);

    /// <summary>SetP: the relevant ones among all documents found, divided by their number. trec_eval's <c>set_P</c>.</summary>
    public static RelevantShare SetPrecision(int relevance) => new("SetP", null, relevance, Extent.Found, Extent.Found);

    /// <summary>SetR: the relevant ones among all documents found, divided by all relevant ones. trec_eval's <c>set_recall</c>.</summary>
    public static RelevantShare SetRecall(int relevance) => new("SetR", null, relevance, Extent.Found, Extent.Relevant);

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int documents = Documents(_divisor, ranking);
        return documents == 0 ? 0 : ranking.ExpectedRelevant(Documents(_depth, ranking), Threshold) / documents;
    }

    private int Documents(Extent extent, in RankedGrades ranking) => extent switch
    {
        Extent.Cutoff => Limit,
        Extent.Found => ranking.Grades.Length,
        _ => ranking.Relevant(Threshold),
    };
}
