namespace QEngine.Retrieval;

/// <summary>NumQ: the number of queries. trec_eval's <c>num_q</c>.</summary>
internal sealed record QueryCount : Measure
{
    /// <summary>Creates the measure.</summary>
    public QueryCount()
        : base(cutoff: null)
    {
    }

    /// <inheritdoc/>
    public override bool IsCount => true;

    private protected override string Name => "NumQ";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking) => 1;
}

/// <summary>NumRet: the number of documents found. trec_eval's <c>num_ret</c>.</summary>
internal sealed record RetrievedCount : Measure
{
    /// <summary>Creates the measure.</summary>
    public RetrievedCount()
        : base(cutoff: null)
    {
    }

    /// <inheritdoc/>
    public override bool IsCount => true;

    private protected override string Name => "NumRet";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking) => ranking.Grades.Length;
}

/// <summary>NumRel: the number of relevant documents, found or not. trec_eval's <c>num_rel</c>.</summary>
internal sealed record RelevantCount : BinaryMeasure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="relevance">The least grade that counts.</param>
    public RelevantCount(int relevance)
        : base(null, relevance)
    {
    }

    /// <inheritdoc/>
    public override bool IsCount => true;

    private protected override string Name => "NumRel";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking) => ranking.Relevant(Threshold);
}

/// <summary>NumRelRet: the number of relevant documents found. trec_eval's <c>num_rel_ret</c>.</summary>
internal sealed record RelevantRetrievedCount : BinaryMeasure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="relevance">The least grade that counts.</param>
    public RelevantRetrievedCount(int relevance)
        : base(null, relevance)
    {
    }

    /// <inheritdoc/>
    public override bool IsCount => true;

    private protected override string Name => "NumRelRet";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking) => ranking.Relevant(0, ranking.Grades.Length, Threshold);
}
