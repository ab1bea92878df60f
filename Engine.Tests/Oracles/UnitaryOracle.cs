using System.Numerics;

namespace QEngine.Tests.Oracles;

/// <summary>Exponentials of matrices by their power series, and sums of Pauli strings by Kronecker products.</summary>
internal static class UnitaryOracle
{
    /// <summary>exp(i t H): the series of a small part of it, squared until it is whole.</summary>
    public static Complex[] Exponential(Complex[] h, double t = 1)
    {
        int n = (int)Math.Sqrt(h.Length), squarings = 0;
        double size = Math.Abs(t) * h.Sum(value => value.Magnitude);
        for (; size > 0.5; size /= 2) squarings++;
        Complex factor = Complex.ImaginaryOne * Math.ScaleB(t, -squarings);
        Complex[] term = [.. Enumerable.Range(0, h.Length).Select(i => i % (n + 1) == 0 ? Complex.One : Complex.Zero)], result = term;
        for (int k = 1; k < 25; k++)
        {
            term = [.. CircuitOracle.Times(term, h).Select(value => factor * value / k)];
            result = [.. result.Zip(term, (a, b) => a + b)];
        }
        for (; squarings > 0; squarings--) result = CircuitOracle.Times(result, result);
        return result;
    }

    /// <summary>The sum of theta[P] P over all strings but the identity, in the order of their letters.</summary>
    public static Complex[] PauliSum(int qubits, double[] theta)
    {
        Complex[][] letters = [CircuitOracle.I, CircuitOracle.X, CircuitOracle.Y, CircuitOracle.Z];
        Complex[] sum = new Complex[1 << (2 * qubits)];
        for (int k = 1; k <= theta.Length; k++)
        {
            Complex[] pauli = Enumerable.Range(0, qubits).Select(q => letters[k >> (2 * (qubits - 1 - q)) & 3]).Aggregate(CircuitOracle.Kronecker);
            for (int i = 0; i < sum.Length; i++) sum[i] += theta[k - 1] * pauli[i];
        }
        return sum;
    }

    /// <summary>Numbers, completed by zeros, as a square matrix made symmetric.</summary>
    public static Complex[] Symmetric(double[] x, int n)
    {
        double[] all = [.. x, .. new double[(n * n) - x.Length]];
        return [.. Enumerable.Range(0, n * n).Select(i => (Complex)((all[i] + all[(i % n * n) + (i / n)]) / 2))];
    }

    /// <summary>[[Re U, -Im U], [Im U, Re U]].</summary>
    public static double[] Real(Complex[] u)
    {
        int n = (int)Math.Sqrt(u.Length), width = 2 * n;
        double[] real = new double[width * width];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
            {
                Complex value = u[(i * n) + j];
                real[(i * width) + j] = real[((i + n) * width) + j + n] = value.Real;
                real[((i + n) * width) + j] = value.Imaginary;
                real[(i * width) + j + n] = -value.Imaginary;
            }
        return real;
    }

    /// <summary>A state of real parts and then imaginary ones as complex numbers.</summary>
    public static Complex[] State(double[] parts) => [.. Enumerable.Range(0, parts.Length / 2).Select(i => new Complex(parts[i], parts[i + (parts.Length / 2)]))];

    /// <summary>The other way.</summary>
    public static double[] Parts(Complex[] state) => [.. state.Select(value => value.Real), .. state.Select(value => value.Imaginary)];

    /// <summary>A classifier of a row: layers of exp(i t A) and exp(i sum of theta P) on |+..+>, and the probabilities of all basis states.</summary>
    public static double[] Reuploaded(int qubits, double[] x, double[] times, double[][] theta)
    {
        int n = 1 << qubits;
        Complex[] state = [.. Enumerable.Repeat((Complex)Math.Pow(n, -0.5), n)];
        for (int layer = 0; layer < times.Length; layer++)
        {
            state = CircuitOracle.Product(Exponential(Symmetric(x, n), times[layer]), state);
            state = CircuitOracle.Product(Exponential(PauliSum(qubits, theta[layer])), state);
        }
        return [.. state.Select(amplitude => amplitude.Magnitude * amplitude.Magnitude)];
    }
}
