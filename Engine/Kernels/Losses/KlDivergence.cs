using System.Numerics;

namespace QEngine.Kernels;

/// <summary>The Kullback-Leibler divergence of two softmaxes with a temperature, row by row.</summary>
internal static class KlDivergence
{
    /// <summary>
    /// The mean over queries of tau^2 sum over j of p_j (ln p_j - ln q_j), p = softmax(targets / tau), q = softmax(scores / tau)
    /// over the present candidates; a query without any counts as 0.
    /// </summary>
    /// <remarks>Computed in double. Rows are shifted by their maxima: no exponential overflows, and equal rows give exactly 0.</remarks>
    /// <param name="scores">[queries, width].</param>
    /// <param name="targets">[queries, width].</param>
    /// <param name="candidates">[queries, width], below 0 for no candidate.</param>
    /// <param name="width">Candidates of a query.</param>
    /// <param name="temperature">tau, above 0.</param>
    /// <param name="derivatives">[queries, width], of the mean by every score: tau (q - p) / queries.</param>
    /// <returns>The mean; 0 without queries or without candidates.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit together, or an output overlaps another argument.</exception>
    public static T Forward<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, ReadOnlySpan<int> candidates, int width, T temperature, Span<T> derivatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int queries = Require.Rows(scores, width);
        Require.Elements(targets, scores.Length);
        Require.Elements(candidates, scores.Length);
        Require.Elements(derivatives, scores.Length);
        Require.Apart(derivatives, scores, targets);
        derivatives.Clear();
        if (scores.IsEmpty) return T.Zero;
        double tau = double.CreateTruncating(temperature);
        double sum = 0;
        for (int first = 0; first < scores.Length; first += width)
        {
            ReadOnlySpan<T> student = scores.Slice(first, width);
            ReadOnlySpan<T> teacher = targets.Slice(first, width);
            ReadOnlySpan<int> present = candidates.Slice(first, width);
            LogSoftmax<T> q = new(student, present, tau), p = new(teacher, present, tau);
            for (int i = 0; i < width; i++)
            {
                if (present[i] < 0) continue;
                double lnP = p[teacher[i]];
                double lnQ = q[student[i]];
                double probability = Math.Exp(lnP);
                // A target far below the maximum has no probability, and its score may be anything.
                if (probability > 0) sum += probability * (lnP - lnQ);
                derivatives[first + i] = T.CreateTruncating(tau * (Math.Exp(lnQ) - probability) / queries);
            }
        }
        return T.CreateTruncating(tau * tau * sum / queries);
    }

    /// <summary>ln softmax(row / tau) of a row's elements, over the present candidates.</summary>
    private readonly struct LogSoftmax<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly double _tau, _max = double.NegativeInfinity, _logSum;

        public LogSoftmax(ReadOnlySpan<T> row, ReadOnlySpan<int> candidates, double tau)
        {
            _tau = tau;
            for (int i = 0; i < row.Length; i++)
                if (candidates[i] >= 0) _max = Math.Max(_max, double.CreateTruncating(row[i]));
            double sum = 0;
            for (int i = 0; i < row.Length; i++)
                if (candidates[i] >= 0) sum += Math.Exp(Shifted(row[i]));
            _logSum = Math.Log(sum);
        }

        public double this[T element] => Shifted(element) - _logSum;

        private double Shifted(T element) => (double.CreateTruncating(element) - _max) / _tau;
    }
}
