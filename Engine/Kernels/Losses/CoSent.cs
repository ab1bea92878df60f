using System.Numerics;
using QEngine.Memory;

namespace QEngine.Kernels;

/// <summary>How far scores are from the order of their targets.</summary>
internal static class CoSent
{
    /// <summary>ln(1 + sum of e^(s_j - s_i) over all i, j with target_i above target_j); 0 where no two targets differ.</summary>
    /// <remarks>
    /// In the order of the targets, all that i is compared with stand before it, so the sum of their exponentials is at hand:
    /// n log n instead of n^2. Sums are kept as logarithms, in double: nothing overflows.
    /// </remarks>
    /// <param name="scores">[n].</param>
    /// <param name="targets">[n].</param>
    /// <param name="candidates">[n], below 0 for no candidate: the score does not count and its derivative is 0.</param>
    /// <param name="derivatives">[n], of the result by every score.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static T Forward<T>(ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<int> candidates, Span<T> derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require.Elements(targets, scores.Length);
        Require.Elements(candidates, scores.Length);
        Require.Elements(derivatives, scores.Length);
        Require.Apart(derivatives, scores, targets);
        derivatives.Clear();
        Span<T> keys = Scratch<Order, T>.Rent(scores.Length);
        Span<int> order = Scratch<Order, int>.Rent(scores.Length);
        int count = 0;
        for (int i = 0; i < scores.Length; i++)
            if (candidates[i] >= 0) (keys[count], order[count++]) = (targets[i], i);
        keys = keys[..count];
        order = order[..count];
        keys.Sort(order);

        Span<double> below = Scratch<Sums, double>.Rent(count);
        double loss = Below(scores, keys, order, below);
        Derivatives(scores, keys, order, below, loss, derivatives);
        return T.CreateTruncating(loss);
    }

    /// <summary>
    /// below[n] = ln sum of e^s_j over all j with a smaller target than order[n] has; returns ln(1 + sum of e^(below - s)).
    /// </summary>
    private static double Below<T>(ReadOnlySpan<T> scores, ReadOnlySpan<T> keys, ReadOnlySpan<int> order, Span<double> below)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double loss = 0, sum = double.NegativeInfinity;
        for (int n = 0, added = 0; n < order.Length; n++)
        {
            for (; keys[added] < keys[n]; added++) sum = LogAdd(sum, double.CreateTruncating(scores[order[added]]));
            below[n] = sum;
            loss = LogAdd(loss, sum - double.CreateTruncating(scores[order[n]]));
        }
        return loss;
    }

    /// <summary>
    /// derivatives = e^(s + above - loss) - e^(below - s - loss), above = ln sum of e^(-s_i) over all i with a larger target.
    /// </summary>
    private static void Derivatives<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> keys, ReadOnlySpan<int> order, ReadOnlySpan<double> below, double loss, Span<T> derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double above = double.NegativeInfinity;
        for (int n = order.Length - 1, added = n; n >= 0; n--)
        {
            for (; keys[added] > keys[n]; added--) above = LogAdd(above, -double.CreateTruncating(scores[order[added]]));
            double score = double.CreateTruncating(scores[order[n]]);
            derivatives[order[n]] = T.CreateTruncating(Math.Exp(score + above - loss) - Math.Exp(below[n] - score - loss));
        }
    }

    /// <summary>ln(e^a + e^b).</summary>
    private static double LogAdd(double a, double b)
    {
        double max = Math.Max(a, b);
        double min = Math.Min(a, b);
        return double.IsNegativeInfinity(min) ? max : max + Math.Log(1 + Math.Exp(min - max));
    }

    private readonly struct Order;

    private readonly struct Sums;
}
