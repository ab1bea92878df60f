using System.Collections;
using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace QEngine.Hosting;

/// <summary>Codes of vectors that need nothing but the vector.</summary>
internal static class VectorCodes
{
    private const int MaxCode = sbyte.MaxValue;

    /// <summary>A byte a number: the vector times 127 / max |x|, rounded to nearest even. Cosines stay, lengths do not.</summary>
    public static Embedding<sbyte> Scaled(ReadOnlySpan<float> row)
    {
        float max = row.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude(row));
        return Rounded(row, max > 0 ? MaxCode / max : 0);
    }

    /// <summary>A byte an angle in [-pi, pi]: 127 / pi times it.</summary>
    public static Embedding<sbyte> Angles(ReadOnlySpan<float> row) => Rounded(row, MaxCode / MathF.PI);

    /// <summary>A bit a number: whether it is positive, as sentence-transformers' precision "binary".</summary>
    public static BinaryEmbedding Signs(ReadOnlySpan<float> row)
    {
        BitArray bits = new(row.Length);
        for (int i = 0; i < row.Length; i++) bits[i] = row[i] > 0;
        return new BinaryEmbedding(bits);
    }

    private static Embedding<sbyte> Rounded(ReadOnlySpan<float> row, float scale)
    {
        sbyte[] codes = new sbyte[row.Length];
        for (int i = 0; i < row.Length; i++) codes[i] = (sbyte)Math.Clamp(MathF.Round(row[i] * scale), -MaxCode, MaxCode);
        return new Embedding<sbyte>(codes);
    }
}
