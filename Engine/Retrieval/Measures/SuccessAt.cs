namespace QEngine.Retrieval;

/// <summary>Success@k: 1 where a relevant document is among the first k, else 0. trec_eval's <c>success</c>.</summary>
internal sealed record SuccessAt : BinaryMeasure
{
    /// <summary>Creates the measure.</summary>
    /// <param name="cutoff">k.</param>
    /// <param name="relevance">The least grade that counts.</param>
    public SuccessAt(int cutoff, int relevance)
        : base(cutoff, relevance)
    {
    }

    private protected override string Name => "Success";

    /// <inheritdoc/>
    internal override double Compute(in RankedGrades ranking)
    {
        int start = 0;
        foreach (int end in ranking.GroupEnds)
        {
            if (start >= Limit) break;
            int size = end - start;
            int relevant = ranking.Relevant(start, end, Threshold);
            if (relevant > 0 && end <= Limit) return 1;
            if (relevant > 0)
            {
                // The group reaches beyond the cutoff: 1 less the chance that the places before it all hold other documents.
                double none = 1;
                for (int place = 0; place < Limit - start; place++) none *= Math.Max(0, size - relevant - place) / (double)(size - place);
                return 1 - none;
            }
            start = end;
        }
        return 0;
    }
}
