using QEngine.Retrieval;

namespace QEngine.Collections;

/// <summary>Memory of one search by words: 4 bytes a document, and that of the longest posting list.</summary>
internal sealed class LexicalScratch
{
    /// <param name="segments">The segments that are searched.</param>
    public LexicalScratch(IReadOnlyList<Segment> segments) =>
        Scores = new float[segments.Count == 0 ? 0 : segments[^1].Block.FirstIndex + segments[^1].Block.Count];

    /// <summary>A score for each row of the collection.</summary>
    public float[] Scores { get; }

    /// <summary>The posting list that is being read.</summary>
    public WordPostings Postings { get; } = new();

    /// <summary>The best so far.</summary>
    public TopK Best { get; } = new(1);
}
