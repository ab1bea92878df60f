using QEngine.Retrieval;

namespace QEngine.Collections;

/// <summary>The words of a segment whose <c>lexical.bin</c> is damaged, out of its texts and in memory.</summary>
internal static class LexicalTexts
{
    /// <summary>Reads the texts of all rows that can be found.</summary>
    /// <param name="segment">The segment, kept open meanwhile.</param>
    /// <param name="cancellationToken">Stops the work between two documents.</param>
    /// <exception cref="QEngineException">A document cannot be read.</exception>
    public static IReadOnlyList<LexicalPart> Read(Segment segment, CancellationToken cancellationToken)
    {
        List<LexicalPart> parts = [];
        ForwardIndex documents = new(stems: false);
        int first = 0, rows = segment.Block.Count;
        for (int row = 0; row < rows; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            documents.Add(segment.IsHidden(row) ? "" : segment.Document(row).Text);
            if (documents.PostingCount < SegmentLimits.DefaultPartPostings && row < rows - 1) continue;
            using MemoryStream stream = new();
            LexicalPartLayout layout = LexicalPartWriter.Write(documents, stream);
            parts.Add(new LexicalPart(layout, stream.ToArray(), first, SegmentLexical.FileName));
            documents.Clear();
            first = row + 1;
        }
        return parts;
    }
}
