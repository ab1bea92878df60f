using System.Numerics;

namespace QEngine.Kernels;

/// <summary>The mean squared difference of scores and targets.</summary>
internal static class SquaredError
{
    /// <summary>The mean of (score - target)^2 over the present candidates; 0 without any.</summary>
    /// <param name="scores">[n].</param>
    /// <param name="targets">[n].</param>
    /// <param name="candidates">[n], below 0 for no candidate: the score does not count and its derivative is 0.</param>
    /// <param name="derivatives">[n], of the mean by every score.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static T Forward<T>(ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<int> candidates, Span<T> derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(targets, scores.Length);
        Require.Elements(candidates, scores.Length);
        Require.Elements(derivatives, scores.Length);
        Require.Apart(derivatives, scores, targets);
        T sum = T.Zero;
        int count = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            bool present = candidates[i] >= 0;
            T error = present ? scores[i] - targets[i] : T.Zero;
            sum += error * error;
            derivatives[i] = error + error;
            if (present) count++;
        }
        return Mean(sum, count, derivatives);
    }

    /// <summary>Divides a sum and its derivatives by the number of summands.</summary>
    internal static T Mean<T>(T sum, int count, Span<T> derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T weight = T.One / T.CreateTruncating(Math.Max(1, count));
        foreach (ref T derivative in derivatives) derivative *= weight;
        return sum * weight;
    }
}
