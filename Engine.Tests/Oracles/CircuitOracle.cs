using System.Numerics;

namespace QEngine.Tests.Oracles;

/// <summary>
/// A circuit as what it means: a matrix of 2^n x 2^n complex numbers for every gate, made by the definition, times a vector. Qubit 0 is the
/// most significant bit.
/// </summary>
internal sealed class CircuitOracle
{
    public static readonly Complex[] I = [1, 0, 0, 1], X = [0, 1, 1, 0], Y = [0, -Complex.ImaginaryOne, Complex.ImaginaryOne, 0], Z = [1, 0, 0, -1];

    private readonly int _qubits;

    public CircuitOracle(int qubits)
    {
        _qubits = qubits;
        State = new Complex[1 << qubits];
        State[0] = 1;
    }

    public Complex[] State { get; private set; }

    /// <summary>The matrix of a gate by its name; the first qubit is the more significant.</summary>
    public static Complex[] Gate(string name, params double[] t) => name switch
    {
        "h" => Scaled(Math.Sqrt(0.5), [1, 1, 1, -1]),
        "x" => X,
        "y" => Y,
        "z" => Z,
        "s" => Phase(Math.PI / 2),
        "sdg" => Phase(-Math.PI / 2),
        "t" => Phase(Math.PI / 4),
        "tdg" => Phase(-Math.PI / 4),
        "p" => Phase(t[0]),
        "rx" => Exponential(X, t[0]),
        "ry" => Exponential(Y, t[0]),
        "rz" => Exponential(Z, t[0]),
        "rot" => Times(Exponential(Z, t[2]), Times(Exponential(Y, t[1]), Exponential(Z, t[0]))),
        "cx" => Controlled(X),
        "cz" => Controlled(Z),
        "swap" => [1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1],
        "crx" => Controlled(Exponential(X, t[0])),
        "cry" => Controlled(Exponential(Y, t[0])),
        "crz" => Controlled(Exponential(Z, t[0])),
        "rxx" => Exponential(Kronecker(X, X), t[0]),
        "ryy" => Exponential(Kronecker(Y, Y), t[0]),
        "rzz" => Exponential(Kronecker(Z, Z), t[0]),
        _ => throw new ArgumentException($"no matrix of {name}"),
    };

    /// <summary>What a gate of one angle is the exponential of: U(t) = exp(-i t/2 G).</summary>
    public static Complex[] Generator(string name) => name switch
    {
        "rx" => X,
        "ry" => Y,
        "rz" => Z,
        "p" => [0, 0, 0, -2],
        "crx" => Kronecker(One, X),
        "cry" => Kronecker(One, Y),
        "crz" => Kronecker(One, Z),
        "rxx" => Kronecker(X, X),
        "ryy" => Kronecker(Y, Y),
        "rzz" => Kronecker(Z, Z),
        _ => throw new ArgumentException($"no generator of {name}"),
    };

    public static Complex[] Times(Complex[] a, Complex[] b)
    {
        int n = Size(a);
        Complex[] product = new Complex[a.Length];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                for (int k = 0; k < n; k++) product[(i * n) + j] += a[(i * n) + k] * b[(k * n) + j];
        return product;
    }

    public static Complex[] Kronecker(Complex[] a, Complex[] b)
    {
        int m = Size(a), n = Size(b);
        Complex[] product = new Complex[a.Length * b.Length];
        for (int i = 0; i < m * n; i++)
            for (int j = 0; j < m * n; j++) product[(i * m * n) + j] = a[(i / n * m) + (j / n)] * b[(i % n * n) + (j % n)];
        return product;
    }

    public static Complex[] Dagger(Complex[] a)
    {
        int n = Size(a);
        return [.. a.Select((_, i) => Complex.Conjugate(a[(i % n * n) + (i / n)]))];
    }

    /// <summary>A random unitary: of columns of normal numbers made orthonormal (Gram and Schmidt).</summary>
    public static Complex[] RandomUnitary(Random random, int n)
    {
        Complex[][] columns = [.. Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, n).Select(_ => new Complex(Normal(), Normal())).ToArray())];
        for (int j = 0; j < n; j++)
        {
            for (int pass = 0; pass < 2; pass++)
                for (int k = 0; k < j; k++)
                {
                    Complex dot = columns[k].Zip(columns[j], (a, b) => Complex.Conjugate(a) * b).Aggregate(Complex.Zero, (a, b) => a + b);
                    for (int i = 0; i < n; i++) columns[j][i] -= dot * columns[k][i];
                }
            double length = Math.Sqrt(columns[j].Sum(a => (a * Complex.Conjugate(a)).Real));
            for (int i = 0; i < n; i++) columns[j][i] /= length;
        }
        return [.. Enumerable.Range(0, n * n).Select(i => columns[i % n][i / n])];

        double Normal() => Support.Samples.Normal(random);
    }

    /// <summary>The matrix on some qubits as one on all.</summary>
    public Complex[] OnAll(Complex[] matrix, params int[] qubits)
    {
        int n = 1 << _qubits, small = 1 << qubits.Length, mask = qubits.Sum(q => Bit(q));
        Complex[] all = new Complex[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                if ((i & ~mask) == (j & ~mask)) all[(i * n) + j] = matrix[(Value(i, qubits) * small) + Value(j, qubits)];
        return all;
    }

    public void Apply(Complex[] matrix, params int[] qubits) => State = Product(OnAll(matrix, qubits), State);

    /// <summary>The expectation of a product of Pauli matrices, such as X0Y2.</summary>
    public double Expectation(string observable) => Dot(State, Product(Observable(observable), State)).Real;

    public Complex[] Observable(string observable)
    {
        Complex[][] factors = [.. Enumerable.Repeat(I, _qubits)];
        foreach (string part in System.Text.RegularExpressions.Regex.Split(observable, "(?=[XYZ])").Where(part => part.Length > 0))
            factors[int.Parse(part[1..])] = part[0] switch { 'X' => X, 'Y' => Y, _ => Z };
        return factors.Aggregate(Kronecker);
    }

    /// <summary>The probabilities of all values of some qubits, the first the most significant.</summary>
    public double[] Probabilities(params int[] qubits)
    {
        double[] probabilities = new double[1 << qubits.Length];
        for (int i = 0; i < State.Length; i++) probabilities[Value(i, qubits)] += State[i].Magnitude * State[i].Magnitude;
        return probabilities;
    }

    public static Complex[] Product(Complex[] matrix, Complex[] vector)
    {
        int n = vector.Length;
        Complex[] product = new Complex[n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) product[i] += matrix[(i * n) + j] * vector[j];
        return product;
    }

    public static Complex Dot(Complex[] a, Complex[] b) => a.Zip(b, (x, y) => Complex.Conjugate(x) * y).Aggregate(Complex.Zero, (x, y) => x + y);

    private static Complex[] One => [0, 0, 0, 1];

    private static int Size(Complex[] matrix) => (int)Math.Sqrt(matrix.Length);

    private static Complex[] Scaled(double factor, Complex[] matrix) => [.. matrix.Select(x => factor * x)];

    private static Complex[] Phase(double angle) => [1, 0, 0, Complex.FromPolarCoordinates(1, angle)];

    private static Complex[] Controlled(Complex[] u) => [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, u[0], u[1], 0, 0, u[2], u[3]];

    /// <summary>exp(-i t/2 P) = cos(t/2) - i sin(t/2) P, since P P = 1.</summary>
    private static Complex[] Exponential(Complex[] p, double t)
    {
        int n = Size(p);
        return [.. p.Select((x, i) => (i % n == i / n ? Math.Cos(t / 2) : 0) - (Complex.ImaginaryOne * Math.Sin(t / 2) * x))];
    }

    private int Bit(int qubit) => 1 << (_qubits - 1 - qubit);

    private int Value(int index, int[] qubits) => qubits.Aggregate(0, (value, qubit) => (2 * value) + ((index & Bit(qubit)) != 0 ? 1 : 0));
}
