namespace QEngine.Retrieval;

/// <summary>A measure that only asks whether a grade reaches a threshold.</summary>
internal abstract record BinaryMeasure : Measure
{
    private readonly int relevance;

    private protected BinaryMeasure(int? cutoff, int relevance)
        : base(cutoff) => this.relevance = relevance;

    /// <inheritdoc/>
    public sealed override int? Relevance => relevance;

    private protected int Threshold => relevance;
}
