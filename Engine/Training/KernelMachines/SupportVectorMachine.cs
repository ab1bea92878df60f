namespace QEngine.Training;

/// <summary>
/// A support-vector machine over a kernel that is given as a matrix: f(x) = sum of y[k] a[k] K(x, k) + b, whose a minimises
/// a^T Q a / 2 - sum of a with 0 &lt;= a &lt;= C and y^T a = 0, Q[i, j] = y[i] y[j] K(i, j) (Cortes and Vapnik, 1995).
/// </summary>
/// <remarks>
/// Sequential minimal optimisation by the maximal violating pair (Keerthi et al., 2001; LIBSVM, Chang and Lin, 2011, 4.1): the numbers of
/// two points are moved against each other until no pair violates the conditions of optimality by more than the tolerance. The same
/// matrix gives the same bits.
/// </remarks>
internal sealed class SupportVectorMachine
{
    // What stands for the curvature along a pair that has none, as the two points are the same to the kernel; LIBSVM's tau.
    private const double LeastCurvature = 1e-12;

    // LIBSVM's least limit; problems of this size end after some thousand.
    private const long MaxSteps = 10_000_000;

    private readonly double[] _coefficients;

    private SupportVectorMachine(double[] coefficients, double bias) => (_coefficients, Bias) = (coefficients, bias);

    /// <summary>[points], y[k] a[k] of the points of the training: 0 of those that are no support vectors.</summary>
    public ReadOnlySpan<double> Coefficients => _coefficients;

    /// <summary>b.</summary>
    public double Bias { get; }

    /// <summary>Trains a machine.</summary>
    /// <param name="kernel">[points, points], K of all pairs: symmetric and finite.</param>
    /// <param name="labels">[points], y: 1 or -1.</param>
    /// <param name="cost">C, above 0.</param>
    /// <param name="tolerance">How far from optimal a pair may stay, above 0; LIBSVM's default is 1e-3.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together, a value is not finite or a label neither 1 nor -1.</exception>
    /// <exception cref="QEngineException">The tolerance is not reached, as the kernel or the cost is too large for it.</exception>
    public static SupportVectorMachine Train(
        ReadOnlySpan<double> kernel, ReadOnlySpan<int> labels, double cost, double tolerance = 1e-3)
    {
        Require.Elements(kernel, (long)labels.Length * labels.Length);
        if (!(cost > 0)) throw new ArgumentOutOfRangeException(nameof(cost), cost, "expected a cost above 0");
        if (!(tolerance > 0)) throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "expected a tolerance above 0");
        for (int i = 0; i < kernel.Length; i++)
            if (!double.IsFinite(kernel[i]))
                throw new ArgumentException($"expected a kernel of finite numbers, found {kernel[i]} at index {i}", nameof(kernel));
        for (int i = 0; i < labels.Length; i++)
            if (labels[i] is not (1 or -1))
                throw new ArgumentException($"expected labels 1 or -1, found {labels[i]} at index {i}", nameof(labels));
        double[] a = new double[labels.Length], gradient = new double[labels.Length];
        Array.Fill(gradient, -1);
        for (long step = 0; ; step++)
        {
            Pair pair = ViolatingPair(labels, a, gradient, cost);
            if (pair.Upper - pair.Lower <= tolerance || pair.First < 0 || pair.Second < 0)
                return new(Signed(labels, a), Offset(labels, a, gradient, cost, pair));
            if (step == MaxSteps)
                throw new QEngineException(
                    $"support vectors: expected a violation of at most {tolerance} within {MaxSteps} steps, "
                    + $"found {pair.Upper - pair.Lower}: lower the cost or raise the tolerance");
            Move(kernel, labels, a, gradient, cost, pair);
        }
    }

    /// <summary>f of a point.</summary>
    /// <param name="kernel">[points], K of it and the points of the training.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public double Decide(ReadOnlySpan<double> kernel)
    {
        Require.Elements(kernel, _coefficients.Length);
        double sum = Bias;
        for (int i = 0; i < kernel.Length; i++) sum += _coefficients[i] * kernel[i];
        return sum;
    }

    /// <summary>
    /// The point whose y a can grow with the largest -y g, and the one whose y a can fall with the least; the first of equal ones.
    /// </summary>
    private static Pair ViolatingPair(ReadOnlySpan<int> labels, double[] a, double[] gradient, double cost)
    {
        Pair pair = new(-1, -1, double.NegativeInfinity, double.PositiveInfinity);
        for (int k = 0; k < a.Length; k++)
        {
            double value = -labels[k] * gradient[k];
            if (Room(labels[k], a[k], cost) > 0 && value > pair.Upper) pair = pair with { First = k, Upper = value };
            if (Room(-labels[k], a[k], cost) > 0 && value < pair.Lower) pair = pair with { Second = k, Lower = value };
        }
        return pair;
    }

    /// <summary>y a of the first grows and that of the second falls by what is best, as far as both stay within 0 and C.</summary>
    private static void Move(
        ReadOnlySpan<double> kernel, ReadOnlySpan<int> labels, double[] a, double[] gradient, double cost, Pair pair)
    {
        int n = a.Length, i = pair.First, j = pair.Second;
        double curvature = kernel[(i * n) + i] + kernel[(j * n) + j] - (2 * kernel[(i * n) + j]);
        double step = (pair.Upper - pair.Lower) / Math.Max(curvature, LeastCurvature);
        double ofFirst = Room(labels[i], a[i], cost), ofSecond = Room(-labels[j], a[j], cost);
        step = Math.Min(step, Math.Min(ofFirst, ofSecond));
        // At a bound exactly where the step ends there, whatever rounding makes of the sum.
        a[i] = step == ofFirst ? Bound(labels[i], cost) : a[i] + (labels[i] * step);
        a[j] = step == ofSecond ? Bound(-labels[j], cost) : a[j] - (labels[j] * step);
        for (int k = 0; k < n; k++) gradient[k] += labels[k] * step * (kernel[(i * n) + k] - kernel[(j * n) + k]);
    }

    /// <summary>How far a can go in a direction.</summary>
    private static double Room(int direction, double a, double cost) => direction > 0 ? cost - a : a;

    private static double Bound(int direction, double cost) => direction > 0 ? cost : 0;

    private static double[] Signed(ReadOnlySpan<int> labels, double[] a)
    {
        double[] coefficients = new double[a.Length];
        for (int k = 0; k < a.Length; k++) coefficients[k] = labels[k] * a[k];
        return coefficients;
    }

    /// <summary>b of the points between the bounds, on average; without any it lies between those at them.</summary>
    private static double Offset(ReadOnlySpan<int> labels, double[] a, double[] gradient, double cost, Pair pair)
    {
        double sum = 0;
        int free = 0;
        for (int k = 0; k < a.Length; k++)
        {
            if (!(a[k] > 0 && a[k] < cost)) continue;
            sum -= labels[k] * gradient[k];
            free++;
        }
        if (free > 0) return sum / free;
        if (pair.First < 0) return pair.Second < 0 ? 0 : pair.Lower;
        return pair.Second < 0 ? pair.Upper : (pair.Upper + pair.Lower) / 2;
    }

    /// <param name="First">The point whose y a is to grow; -1 for none.</param>
    /// <param name="Second">The point whose y a is to fall; -1 for none.</param>
    /// <param name="Upper">-y g of the first.</param>
    /// <param name="Lower">-y g of the second.</param>
    private readonly record struct Pair(int First, int Second, double Upper, double Lower);
}
