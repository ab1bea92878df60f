using System.Numerics;

namespace QEngine.Kernels;

/// <summary>
/// The mean squared difference of the margins of scores and of targets, between a query's first candidate and the others.
/// </summary>
internal static class MarginMse
{
    /// <summary>
    /// The mean of ((s_0 - s_j) - (t_0 - t_j))^2 over the present candidates j from 1 on of queries whose candidate 0 is present; 0 without
    /// any.
    /// </summary>
    /// <param name="scores">[queries, width], s.</param>
    /// <param name="targets">[queries, width], t.</param>
    /// <param name="candidates">[queries, width], below 0 for no candidate: the score does not count and its derivative is 0.</param>
    /// <param name="width">Candidates of a query.</param>
    /// <param name="derivatives">[queries, width], of the mean by every score.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static T Forward<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<int> candidates, int width, Span<T> derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Rows(scores, width);
        Require.Elements(targets, scores.Length);
        Require.Elements(candidates, scores.Length);
        Require.Elements(derivatives, scores.Length);
        Require.Apart(derivatives, scores, targets);
        derivatives.Clear();
        T sum = T.Zero;
        int count = 0;
        for (int first = 0; first < scores.Length; first += width)
        {
            if (candidates[first] < 0) continue;
            for (int i = first + 1; i < first + width; i++)
            {
                if (candidates[i] < 0) continue;
                T error = scores[first] - scores[i] - (targets[first] - targets[i]);
                sum += error * error;
                derivatives[first] += error + error;
                derivatives[i] = -(error + error);
                count++;
            }
        }
        return SquaredError.Mean(sum, count, derivatives);
    }
}
