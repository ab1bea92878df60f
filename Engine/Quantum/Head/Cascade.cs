namespace QEngine.Quantum;

/// <summary>What joins a control qubit to its target in a compression step (SPEC: the paper's code and its figure).</summary>
public enum CompressionGate
{
    /// <summary>A trainable controlled unitary: three unitaries a pair.</summary>
    ControlledU,

    /// <summary>A plain CNOT: two unitaries a pair.</summary>
    Cnot,
}

/// <summary>Which angles of a pair's unitaries are parameters. A measured pair does not depend on the others.</summary>
public enum PairAngles
{
    /// <summary>alpha, beta, gamma and delta of each unitary, as in the paper's code: twelve a pair, of a CNOT pair eight.</summary>
    All,

    /// <summary>
    /// gamma and delta of each unitary: six a pair, of a CNOT pair four. Phases alpha and what turns about z before a measurement have no
    /// influence, and the target's beta only adds to the controlled unitary's delta, so the functions are the same.
    /// </summary>
    Effective,
}

/// <summary>
/// The plan of a compression from d to k qubits: which steps of which width follow each other (Kankeu et al.,
/// arXiv 2501.04591, section 3).
/// </summary>
/// <remarks>
/// A step of width w joins the two top blocks of w qubits and drops the upper one. The first step has width
/// (d - k) mod k where that is not 0, all others width k; every step before the last block is so that k are left.
/// Raw parameters lie step after step, in each step control [4, w], target [4, w] and, for a controlled unitary,
/// controlled [4, w], with rows alpha, beta, gamma, delta; of effective angles [2, w], with rows gamma, delta.
/// </remarks>
public sealed class Cascade
{
    private readonly int[] _widths;

    /// <summary>Plans a compression.</summary>
    /// <param name="inputQubits">d, at least 1.</param>
    /// <param name="outputQubits">k, 1 to d.</param>
    /// <param name="gate">What joins a pair.</param>
    /// <param name="angles">Which angles are parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The set of angles is none of the named.</exception>
    /// <exception cref="QEngineException">k is not within 1 to d.</exception>
    public Cascade(int inputQubits, int outputQubits, CompressionGate gate, PairAngles angles = PairAngles.All)
    {
        Require.Named(angles);
        if (outputQubits < 1 || outputQubits > inputQubits)
            throw new QEngineException($"expected an output dimension from 1 to the input's {inputQubits}, found {outputQubits}");
        (InputQubits, OutputQubits, Gate, Angles) = (inputQubits, outputQubits, gate, angles);
        int first = (inputQubits - outputQubits) % outputQubits;
        int full = (inputQubits - outputQubits) / outputQubits;
        _widths = new int[full + (first > 0 ? 1 : 0)];
        Array.Fill(_widths, outputQubits);
        if (first > 0) _widths[0] = first;
    }

    /// <summary>d, the qubits of an encoded embedding.</summary>
    public int InputQubits { get; }

    /// <summary>k, the qubits of a compressed embedding.</summary>
    public int OutputQubits { get; }

    /// <summary>What joins a pair.</summary>
    public CompressionGate Gate { get; }

    /// <summary>Which angles are parameters.</summary>
    public PairAngles Angles { get; }

    /// <summary>Width of every step, in order; empty for k = d.</summary>
    public ReadOnlySpan<int> Widths => _widths;

    /// <summary>Pairs of all steps together: d - k.</summary>
    public int Pairs => InputQubits - OutputQubits;

    /// <summary>Raw parameters of a pair: 12, or 8 for a plain CNOT; half as many if only the effective ones are there.</summary>
    public int ParametersPerPair => (Gate == CompressionGate.ControlledU ? 3 : 2) * AnglesPerUnitary;

    /// <summary>Raw parameters of all pairs.</summary>
    public int Parameters => Pairs * ParametersPerPair;

    /// <summary>Raw parameters of a unitary: the last of alpha, beta, gamma, delta.</summary>
    internal int AnglesPerUnitary => Angles == PairAngles.All ? 4 : 2;
}
