using System.Numerics;

namespace QEngine.Kernels;

/// <summary>
/// Attention in two halves, for sequences of one length n, so that something else than softmax can come between: the matrices of scores,
/// and the sums of values that weights make of them. Query, key and value of a token lie side by side.
/// </summary>
/// <param name="Heads">Heads.</param>
/// <param name="Width">Numbers of a head.</param>
/// <param name="Length">n, tokens of a sequence.</param>
internal readonly record struct HeadMatrices(int Heads, int Width, int Length)
{
    /// <summary>Numbers of a token: query, key and value of all heads.</summary>
    public int Columns => 3 * Heads * Width;

    /// <summary>Requires tokens of whole sequences.</summary>
    /// <returns>How many heads there are of all sequences together.</returns>
    /// <exception cref="ArgumentException">They are not.</exception>
    public int Require<T>(ReadOnlySpan<T> qkv, ReadOnlySpan<T> matrices)
    {
        QEngine.Require.Range(Heads, 1, int.MaxValue);
        QEngine.Require.Range(Width, 1, int.MaxValue);
        QEngine.Require.Range(Length, 1, int.MaxValue);
        int units = QEngine.Require.Rows(qkv, Length * Columns) * Heads;
        QEngine.Require.Elements(matrices, (long)units * Length * Length);
        return units;
    }

    /// <summary>Where a query, key or value starts.</summary>
    /// <param name="unit">Head of a sequence, the heads of a sequence one after another.</param>
    /// <param name="token">Token of the sequence.</param>
    /// <param name="part">0 for the query, 1 for the key, 2 for the value.</param>
    public int Start(int unit, int token, int part) =>
        (((unit / Heads * Length) + token) * Columns) + (((part * Heads) + (unit % Heads)) * Width);

    /// <summary>Where the result of a token starts.</summary>
    /// <param name="unit">Head of a sequence.</param>
    /// <param name="token">Token of the sequence.</param>
    public int Result(int unit, int token) => (((unit / Heads * Length) + token) * Heads * Width) + (unit % Heads * Width);

    /// <summary>What products of queries and keys are multiplied by, 1 / sqrt(width).</summary>
    public T Scale<T>()
        where T : IBinaryFloatingPointIeee754<T> => T.One / T.Sqrt(T.CreateTruncating(Width));
}
