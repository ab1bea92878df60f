namespace QEngine.Retrieval;

/// <summary>A measure that only asks whether a grade reaches a threshold.</summary>
internal abstract record BinaryMeasure : Measure
{
    private readonly int _relevance;

    private protected BinaryMeasure(int? cutoff, int relevance)
        : base(cutoff) => _relevance = relevance;

    /// <inheritdoc/>
    public sealed override int? Relevance => _relevance;

    private protected int Threshold => _relevance;
}
