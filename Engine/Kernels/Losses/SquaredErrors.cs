using System.Numerics;

namespace QEngine.Kernels;

/// <summary>Mean squared differences of scores and targets, of themselves or of their margins.</summary>
public static class SquaredErrors
{
    /// <summary>The mean of (score - target)^2 over those who are there; 0 where nobody is.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="scores">[n].</param>
    /// <param name="targets">[n].</param>
    /// <param name="candidates">[n], below 0 where nobody is: the score does not count and its slope is 0.</param>
    /// <param name="slopes">[n], the derivative of the mean by every score.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static T Forward<T>(ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<int> candidates, Span<T> slopes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(targets, scores.Length);
        Require.Elements(candidates, scores.Length);
        Require.Elements(slopes, scores.Length);
        Require.Apart(slopes, scores, targets);
        T sum = T.Zero;
        int count = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            bool there = candidates[i] >= 0;
            T error = there ? scores[i] - targets[i] : T.Zero;
            sum += error * error;
            slopes[i] = error + error;
            if (there) count++;
        }
        return Mean(sum, count, slopes);
    }

    /// <summary>
    /// The mean of ((s_0 - s_j) - (t_0 - t_j))^2 over the negatives j from 1 who are there, in queries whose first candidate
    /// is; 0 where there are none.
    /// </summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="scores">[queries, width], s.</param>
    /// <param name="targets">[queries, width], t.</param>
    /// <param name="candidates">[queries, width], below 0 where nobody is: the score does not count and its slope is 0.</param>
    /// <param name="width">Candidates of a query.</param>
    /// <param name="slopes">[queries, width], the derivative of the mean by every score.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static T MarginForward<T>(ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<int> candidates, int width, Span<T> slopes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Rows(scores, width);
        Require.Elements(targets, scores.Length);
        Require.Elements(candidates, scores.Length);
        Require.Elements(slopes, scores.Length);
        Require.Apart(slopes, scores, targets);
        slopes.Clear();
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
                slopes[first] += error + error;
                slopes[i] = -(error + error);
                count++;
            }
        }
        return Mean(sum, count, slopes);
    }

    private static T Mean<T>(T sum, int count, Span<T> slopes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T weight = T.One / T.CreateTruncating(Math.Max(1, count));
        foreach (ref T slope in slopes) slope *= weight;
        return sum * weight;
    }
}
