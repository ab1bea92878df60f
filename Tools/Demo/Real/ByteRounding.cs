using QEngine.Models;
using QEngine.Retrieval;

namespace QEngine.Tools.Demo.Real;

/// <summary>What is left of vectors where only their codes are kept.</summary>
internal static class ByteRounding
{
    /// <summary>The vectors that codes of eight bits a number stand for.</summary>
    /// <param name="similarity">How they are compared.</param>
    /// <param name="dimension">Numbers of one.</param>
    /// <param name="vectors">[n, dimension]; what is rounded is the form in which an index keeps them.</param>
    public static float[] Round(Similarity similarity, int dimension, ReadOnlySpan<float> vectors)
    {
        float[] rows = new float[vectors.Length];
        EmbeddingBlock.Keep(similarity, dimension, vectors, rows);
        ScalarQuantizer quantizer = ScalarQuantizer.Train(CodeBits.Eight, dimension, rows);
        byte[] codes = new byte[quantizer.BytesPerRow];
        for (int first = 0; first < rows.Length; first += dimension)
        {
            Span<float> row = rows.AsSpan(first, dimension);
            quantizer.Encode(row, codes);
            quantizer.Decode(codes, row);
        }
        return rows;
    }
}
