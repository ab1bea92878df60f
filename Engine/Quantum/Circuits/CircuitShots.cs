using System.Numerics;

namespace QEngine.Quantum;

/// <summary>
/// What a quantum computer would tell instead of exact results: estimates of finitely many runs. Every measurement has runs of its own,
/// since not all can be made at once.
/// </summary>
public static class CircuitShots
{
    /// <summary>
    /// Puts estimates in the place of exact results: of an expectation the mean of so many outcomes 1 and -1, of probabilities the
    /// share of each value. Results that are not numbers stay.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="circuit">The circuit.</param>
    /// <param name="shots">Runs of a measurement, at least 1.</param>
    /// <param name="random">Draws the outcomes; a row's depend on its place in the batch alone.</param>
    /// <param name="results">[rows, outputs], as <c>QEngine.Ops.CircuitExpectation</c> gives them.</param>
    /// <exception cref="ArgumentException">There are no shots, or the results are no whole rows.</exception>
    public static void Estimate<T>(Circuit circuit, int shots, SplittableRandom random, Span<T> results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(circuit);
        ArgumentOutOfRangeException.ThrowIfLessThan(shots, 1);
        int rows = Require.Rows<T>(results, circuit.Outputs);
        for (int row = 0; row < rows; row++)
        {
            SplittableRandom own = random.Split((ulong)row);
            Span<T> rest = results.Slice(row * circuit.Outputs, circuit.Outputs);
            foreach (ref readonly Measurement measurement in circuit.Measurements)
            {
                if (measurement.Qubits is null) rest[0] = Mean(rest[0], shots, ref own);
                else Shares(rest[..measurement.Outputs], shots, ref own);
                rest = rest[measurement.Outputs..];
            }
        }
    }

    private static T Mean<T>(T expectation, int shots, ref SplittableRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (T.IsNaN(expectation)) return expectation;
        double one = (1 + double.CreateTruncating(expectation)) / 2;
        int ones = 0;
        for (int shot = 0; shot < shots; shot++)
            if (random.NextDouble() < one) ones++;
        return T.CreateTruncating(((2.0 * ones) - shots) / shots);
    }

    private static void Shares<T>(Span<T> probabilities, int shots, ref SplittableRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] upTo = new double[probabilities.Length];
        double sum = 0;
        for (int i = 0; i < upTo.Length; i++) upTo[i] = sum += double.CreateTruncating(probabilities[i]);
        if (double.IsNaN(sum)) return;
        int[] counts = new int[upTo.Length];
        for (int shot = 0; shot < shots; shot++)
        {
            // The first value whose sum is above the number: none of probability 0, whose sum is that of the one before.
            double drawn = random.NextDouble() * sum;
            int low = 0, high = upTo.Length - 1;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (upTo[middle] > drawn) high = middle;
                else low = middle + 1;
            }
            counts[low]++;
        }
        for (int i = 0; i < counts.Length; i++) probabilities[i] = T.CreateTruncating(counts[i] / (double)shots);
    }
}
