namespace QEngine.Quantum;

/// <summary>A gate that an OpenQASM text may call: one of the engine's, or one that is defined by calls of others.</summary>
internal sealed class QasmGate
{
    private readonly GateKind? _kind;
    private readonly int[] _order = [];
    private readonly IReadOnlyList<QasmCall> _body = [];

    /// <summary>One of the engine's.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="order">For each of its angles the argument that it is; none for their own order.</param>
    public QasmGate(GateKind kind, params int[] order) => (_kind, _order, Arguments, Qubits) = (kind, order, kind.Angles, kind.Qubits);

    /// <summary>One that is defined.</summary>
    /// <param name="arguments">How many angles it takes.</param>
    /// <param name="qubits">How many qubits.</param>
    /// <param name="body">What it does.</param>
    public QasmGate(int arguments, int qubits, IReadOnlyList<QasmCall> body)
    {
        (Arguments, Qubits, _body) = (arguments, qubits, body);
        foreach (QasmCall call in body) Depth = Math.Max(Depth, call.Gate.Depth + 1);
    }

    /// <summary>How many angles it takes.</summary>
    public int Arguments { get; }

    /// <summary>How many qubits.</summary>
    public int Qubits { get; }

    /// <summary>How many definitions deep it is defined.</summary>
    public int Depth { get; }

    /// <summary>Adds the gates that it is.</summary>
    /// <param name="angles">The arguments.</param>
    /// <param name="qubits">The qubits.</param>
    /// <param name="gates">Where to.</param>
    /// <param name="lexer">For errors in the definition.</param>
    public void Expand(ReadOnlySpan<Angle> angles, ReadOnlySpan<int> qubits, QasmGates gates, QasmLexer lexer)
    {
        gates.Count();
        if (_kind is not null)
        {
            Angle[] own = angles.ToArray();
            for (int i = 0; i < _order.Length; i++) own[i] = angles[_order[i]];
            gates.Add(new Gate(_kind, qubits.ToArray(), own));
        }
        foreach (QasmCall call in _body)
        {
            Angle[] arguments = new Angle[call.Arguments.Count];
            for (int i = 0; i < arguments.Length; i++) arguments[i] = call.Arguments[i].Value(angles, lexer);
            int[] on = new int[call.Qubits.Length];
            for (int i = 0; i < on.Length; i++) on[i] = qubits[call.Qubits[i]];
            call.Gate.Expand(arguments, on, gates, lexer);
        }
    }
}

/// <summary>A call in the definition of a gate.</summary>
/// <param name="Gate">Of what.</param>
/// <param name="Arguments">Its angles.</param>
/// <param name="Qubits">Which of the definition's qubits.</param>
internal sealed record QasmCall(QasmGate Gate, IReadOnlyList<QasmExpression> Arguments, int[] Qubits);

/// <summary>The gates of a text so far; few lines can stand for more than any memory holds, so they are counted.</summary>
internal sealed class QasmGates
{
    /// <summary>The most calls of gates, those in definitions included.</summary>
    public const int Most = 100_000;

    private readonly List<Gate> _gates = [];
    private int _calls;

    /// <summary>Where the call stands that is carried out, for errors.</summary>
    public (QasmLexer Lexer, QasmToken At) Call { get; set; }

    /// <summary>Counts a call.</summary>
    /// <exception cref="QEngineException">There are too many.</exception>
    public void Count()
    {
        if (++_calls > Most) throw Call.Lexer.Error(Call.At, $"at most {Most} gates, those in definitions included", "more");
    }

    /// <summary>Adds a gate.</summary>
    public void Add(Gate gate) => _gates.Add(gate);

    /// <summary>All gates in order.</summary>
    public IReadOnlyList<Gate> All => _gates;
}
