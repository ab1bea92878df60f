namespace QEngine.Quantum;

/// <summary>
/// A layer of DARUAN edges, one of every input to every output, each a circuit of one qubit that reads its input r times (
/// arXiv 2509.14026): H, then for every repetition trained rotations and one by the data, then trained rotations.
/// </summary>
/// <remarks>
/// A qubit is its Bloch vector here, which every gate turns. Axes are numbered x, y, z and then relabelled in a circle, so that the data's
/// is number 2 in every ansatz: the trained rotations between two of the data are one 3 x 3 matrix.
/// </remarks>
internal sealed class DaruanPlan
{
    /// <summary>The most repetitions.</summary>
    public const int MaxRepetitions = 1000;

    private readonly EdgeGate[] _repetition, _last;

    /// <summary>Makes a plan.</summary>
    /// <param name="inputs">Inputs, at least 1.</param>
    /// <param name="outputs">Outputs, at least 1.</param>
    /// <param name="repetitions">r, from 1 to <see cref="MaxRepetitions"/>.</param>
    /// <param name="ansatz">The gates.</param>
    /// <param name="readout">What is read.</param>
    public DaruanPlan(int inputs, int outputs, int repetitions, DaruanAnsatz ansatz, DaruanReadout readout)
    {
        Require.Range(inputs, 1, int.MaxValue);
        Require.Range(outputs, 1, int.MaxValue);
        Require.Range(repetitions, 1, MaxRepetitions);
        Require.Named(ansatz);
        Require.Named(readout);
        (Inputs, Outputs, Repetitions, Ansatz, Readout) = (inputs, outputs, repetitions, ansatz, readout);
        Edges = checked(inputs * outputs);
        const int X = 0, Y = 1, Z = 2;
        (int data, _repetition) = ansatz switch
        {
            DaruanAnsatz.Pz => (Z, [Trained(Z), Trained(Y)]),
            DaruanAnsatz.Rpz => (Z, [Trained(Y)]),
            DaruanAnsatz.Px => (X, [Trained(Z)]),
            DaruanAnsatz.Real => (Y, [HalfTurn(X), Trained(Y), HalfTurn(Z)]),
            _ => (Y, (EdgeGate[])[Trained(Z), Trained(X)]),
        };
        int shift = Z - data;
        for (int i = 0; i < _repetition.Length; i++) _repetition[i] = _repetition[i] with { Axis = (_repetition[i].Axis + shift) % 3 };
        (Start, Measured) = ((X + shift) % 3, (Z + shift) % 3);
        _last = ansatz == DaruanAnsatz.Real ? [] : _repetition;
        int perRepetition = ansatz is DaruanAnsatz.Pz or DaruanAnsatz.Mix ? 2 : 1;
        Angles = perRepetition * (ansatz == DaruanAnsatz.Real ? repetitions : repetitions + 1);

        static EdgeGate Trained(int axis) => new(axis, IsTrained: true);
        static EdgeGate HalfTurn(int axis) => new(axis, IsTrained: false);
    }

    /// <summary>Inputs.</summary>
    public int Inputs { get; }

    /// <summary>Outputs.</summary>
    public int Outputs { get; }

    /// <summary>Edges; that of input i to output o is number o inputs + i.</summary>
    public int Edges { get; }

    /// <summary>r, how often the data is read.</summary>
    public int Repetitions { get; }

    /// <summary>The gates.</summary>
    public DaruanAnsatz Ansatz { get; }

    /// <summary>What is read.</summary>
    public DaruanReadout Readout { get; }

    /// <summary>Trained angles of an edge, in order of their gates.</summary>
    public int Angles { get; }

    /// <summary>Whether the data's angle is an arc cosine.</summary>
    public bool IsArcCosine => Ansatz == DaruanAnsatz.Px;

    /// <summary>The axis that the qubit points along at the start.</summary>
    public int Start { get; }

    /// <summary>The axis whose expectation is Z's.</summary>
    public int Measured { get; }

    /// <summary>The gates before data rotation <paramref name="step"/>, or after all of them.</summary>
    /// <param name="step">From 0 to <see cref="Repetitions"/>.</param>
    public ReadOnlySpan<EdgeGate> Gates(int step) => step < Repetitions ? _repetition : _last;

    /// <summary>
    /// An edge as a circuit: inputs are the data's angles, one a repetition, parameters the trained ones; measured is the expectation of Z.
    /// </summary>
    public Circuit EdgeCircuit => field ??= BuildEdge();

    /// <summary>The same circuits with another number of inputs and outputs.</summary>
    public DaruanPlan With(int inputs, int outputs) => new(inputs, outputs, Repetitions, Ansatz, Readout);

    private Circuit BuildEdge()
    {
        CircuitBuilder circuit = new CircuitBuilder(1).H(0);
        for (int step = 0, angle = 0; step <= Repetitions; step++)
        {
            foreach (EdgeGate gate in Gates(step)) Turn(gate.Axis, gate.IsTrained ? Angle.Parameter(angle++) : Math.PI);
            if (step < Repetitions) Turn(2, Angle.Input(step));
        }
        return circuit.ExpectZ().Build();

        // The axes as they were before they were relabelled: what is measured is z.
        void Turn(int axis, Angle by) => _ = ((axis + 5 - Measured) % 3) switch
        {
            0 => circuit.RX(0, by),
            1 => circuit.RY(0, by),
            _ => circuit.RZ(0, by),
        };
    }
}

/// <summary>A rotation by a trained angle, or by pi.</summary>
/// <param name="Axis">About which axis, from 0.</param>
/// <param name="IsTrained">Whether the angle is trained.</param>
internal readonly record struct EdgeGate(int Axis, bool IsTrained);
