using System.Numerics;
using QEngine.Quantum;
using QEngine.Workers;

namespace QEngine.Tools.Lab;

/// <summary>
/// The ad-hoc data of Havlicek et al. (arXiv 1804.11326), as qiskit-machine-learning's <c>ad_hoc_data</c> for two qubits describes them:
/// points of a grid of 100 x 100 in [0, 2 pi)^2, labelled by the sign of m(x) = &lt;phi(x)| V^dagger (Z x Z) V |phi(x)&gt; where |m| is
/// above a gap, phi the ZZ feature map and V a random unitary.
/// </summary>
/// <remarks>
/// V is drawn evenly from all unitaries; Qiskit takes eigenvectors of a random matrix. Points are drawn without replacement, so that no
/// point of the test is one of the training.
/// </remarks>
internal static class AdHocData
{
    private const int Grid = 100;

    /// <summary>Draws data.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="seed">Same seed, same data.</param>
    /// <param name="training">Training points of each label; published are 20.</param>
    /// <param name="test">Test points of each label.</param>
    /// <param name="gap">From 0 to below 1; published is 0.3.</param>
    /// <exception cref="QEngineException">A label has not as many points.</exception>
    public static TwoLabelData Create(WorkerPool workers, ulong seed, int training, int test, double gap = 0.3)
    {
        SplittableRandom random = new(seed);
        Complex[] v = RandomUnitary(ref random, 4);
        double[] points = GridPoints(), margins = Margins(workers, points, v);
        Queue<int>[] labelled = new Queue<int>[2];
        for (int label = 0; label < 2; label++)
        {
            int[] own = PointsOf(margins, label == 0 ? 1 : -1, gap);
            if (own.Length < training + test)
                throw new QEngineException(
                    $"ad-hoc data: expected {training + test} points of label {label}, found {own.Length}: "
                    + "take another seed or a smaller gap");
            random.Shuffle<int>(own);
            labelled[label] = new(own);
        }
        return TwoLabelData.Draw(2, training, test, label => points.AsSpan(2 * labelled[label].Dequeue(), 2).ToArray());
    }

    /// <summary>[Grid Grid, 2].</summary>
    private static double[] GridPoints()
    {
        double[] points = new double[2 * Grid * Grid];
        for (int i = 0; i < Grid * Grid; i++)
            (points[2 * i], points[(2 * i) + 1]) = (2 * Math.PI * (i / Grid) / Grid, 2 * Math.PI * (i % Grid) / Grid);
        return points;
    }

    /// <summary>m of every point.</summary>
    private static double[] Margins(WorkerPool workers, double[] points, Complex[] v)
    {
        Circuit circuit = new CircuitBuilder(2)
            .Append(ZzFeatureMap.Create(2, 2)).Unitary(0, 1, v).Expect(PauliString.Z(0) * PauliString.Z(1)).Build();
        double[] phases = new double[points.Length / 2 * PairPhases.Count(2)], margins = new double[points.Length / 2];
        PairPhases.Forward<double>(workers, 2, points, phases);
        CircuitSimulation.Forward<double>(workers, circuit, margins.Length, phases, default, margins);
        return margins;
    }

    private static int[] PointsOf(double[] margins, int sign, double gap)
    {
        List<int> points = [];
        for (int i = 0; i < margins.Length; i++)
            if (sign * margins[i] > gap) points.Add(i);
        return [.. points];
    }

    /// <summary>Rows of normal numbers made orthonormal, twice over: evenly distributed (Mezzadri, math-ph/0609050).</summary>
    private static Complex[] RandomUnitary(ref SplittableRandom random, int n)
    {
        Complex[] rows = new Complex[n * n];
        for (int i = 0; i < rows.Length; i++) rows[i] = new(random.NextGaussian(), random.NextGaussian());
        for (int i = 0; i < n; i++)
        {
            Span<Complex> row = rows.AsSpan(i * n, n);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < i; j++)
                {
                    ReadOnlySpan<Complex> other = rows.AsSpan(j * n, n);
                    Complex part = Dot(other, row);
                    for (int k = 0; k < n; k++) row[k] -= part * other[k];
                }
            }
            double length = Math.Sqrt(Dot(row, row).Real);
            for (int k = 0; k < n; k++) row[k] /= length;
        }
        return rows;
    }

    private static Complex Dot(ReadOnlySpan<Complex> a, ReadOnlySpan<Complex> b)
    {
        Complex sum = 0;
        for (int k = 0; k < a.Length; k++) sum += Complex.Conjugate(a[k]) * b[k];
        return sum;
    }
}
