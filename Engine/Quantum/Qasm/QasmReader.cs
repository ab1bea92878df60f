namespace QEngine.Quantum;

/// <summary>Reads the statements of an OpenQASM 2.0 text.</summary>
internal sealed class QasmReader
{
    // A definition of definitions of definitions: qelib1.inc has four levels.
    private const int MostDepth = 64;

    private const int MostBits = 1 << 16, MostNames = 64;

    private readonly QasmTokens _tokens;
    private readonly QasmExpressionReader _expressions;
    private readonly Dictionary<string, QasmGate> _library = [], _own = [];
    private readonly Dictionary<string, (int First, int Count)> _qubits = [];
    private readonly Dictionary<string, int> _bits = [];
    private readonly QasmGates _gates = new();
    private readonly List<string> _parameters = [];
    private readonly List<int> _measured = [];
    private int _count;

    /// <summary>Begins to read.</summary>
    public QasmReader(QasmLexer lexer)
    {
        _tokens = new QasmTokens(lexer);
        _expressions = new QasmExpressionReader(_tokens);
        QasmLibrary.AddBuiltIn(_library);
    }

    /// <summary>Reads all of it.</summary>
    public QasmProgram Program()
    {
        _tokens.Expect("OPENQASM");
        if (_tokens.Current.Text is not ("2.0" or "2")) throw _tokens.Error("version 2.0");
        _tokens.Take();
        _tokens.Expect(";");
        while (_tokens.Current.Kind != QasmTokenKind.End) Statement();
        if (_count == 0) throw _tokens.Error("a register of qubits, qreg");
        CircuitBuilder builder = new(_count);
        foreach (Gate gate in _gates.All) builder.Add(gate.Kind, gate.Qubits, gate.Angles);
        return new QasmProgram(builder.Build(), _parameters, _measured);
    }

    private void Statement()
    {
        if (_tokens.Current.Text is "if" or "reset" or "opaque" && _tokens.Current.Kind == QasmTokenKind.Name)
            throw _tokens.Error("what a circuit of gates and final measurements has");
        if (_tokens.TryTake("include")) Include();
        else if (_tokens.TryTake("qreg")) Qubits();
        else if (_tokens.TryTake("creg")) Bits();
        else if (_tokens.TryTake("gate")) Definition();
        else if (_tokens.TryTake("measure")) Measure();
        else if (_tokens.TryTake("barrier")) Barrier();
        else Call();
    }

    private void Include()
    {
        if (_tokens.Current is not { Kind: QasmTokenKind.Quoted, Text: "qelib1.inc" })
            throw _tokens.Error("\"qelib1.inc\", which is built in");
        _tokens.Take();
        _tokens.Expect(";");
        QasmLibrary.AddKinds(_library);
        QasmReader definitions = new(new QasmLexer(QasmLibrary.Definitions, "qelib1.inc"));
        foreach ((string name, QasmGate gate) in _library) definitions._library[name] = gate;
        while (definitions._tokens.TryTake("gate")) definitions.Definition();
        foreach ((string name, QasmGate gate) in definitions._own) _library[name] = gate;
    }

    private void Qubits()
    {
        string name = NewRegister();
        int most = Circuit.MaxQubits - _count;
        if (most == 0) throw _tokens.Error($"at most {Circuit.MaxQubits} qubits");
        int count = Size($"a number of qubits ({Circuit.MaxQubits} in all)", most);
        _qubits[name] = (_count, count);
        _count += count;
    }

    private void Bits() => _bits[NewRegister()] = Size("a number of bits", MostBits);

    private string NewRegister()
    {
        if (_qubits.ContainsKey(_tokens.Current.Text) || _bits.ContainsKey(_tokens.Current.Text)) throw _tokens.Error("a new name");
        return _tokens.Name("the name of a register").Text;
    }

    private int Size(string what, int max)
    {
        _tokens.Expect("[");
        int size = _tokens.Whole(what, 1, max);
        _tokens.Expect("]");
        _tokens.Expect(";");
        return size;
    }

    private void Definition()
    {
        if (_own.ContainsKey(_tokens.Current.Text) || _tokens.Current.Text is "U" or "CX") throw _tokens.Error("the name of a new gate");
        QasmToken name = _tokens.Name("the name of a gate");
        List<string> arguments = [];
        if (_tokens.TryTake("(") && !_tokens.TryTake(")"))
        {
            arguments = Names();
            _tokens.Expect(")");
        }
        List<string> qubits = Names();
        List<QasmCall> body = [];
        _tokens.Expect("{");
        while (!_tokens.TryTake("}"))
        {
            if (_tokens.TryTake("barrier")) Names(known: qubits);
            else body.Add(BodyCall(arguments, qubits));
            _tokens.Expect(";");
        }
        QasmGate gate = new(arguments.Count, qubits.Count, body);
        if (gate.Depth > MostDepth) throw _tokens.Lexer.Error(name, $"definitions of at most {MostDepth} levels", $"{gate.Depth}");
        _own[name.Text] = gate;
    }

    private QasmCall BodyCall(List<string> arguments, List<string> qubits)
    {
        (QasmToken at, QasmGate gate, List<QasmExpression> angles) = Called(arguments, parameters: null);
        List<string> on = Names(known: qubits);
        if (on.Count != gate.Qubits) throw _tokens.Lexer.Error(at, $"{gate.Qubits} qubits", $"{on.Count}");
        int[] places = new int[on.Count];
        for (int i = 0; i < places.Length; i++) places[i] = qubits.IndexOf(on[i]);
        return new QasmCall(gate, angles, places);
    }

    /// <summary>Different names, new ones or some of known ones.</summary>
    private List<string> Names(List<string>? known = null)
    {
        List<string> names = [];
        do
        {
            if (names.Count == MostNames) throw _tokens.Error($"at most {MostNames} names");
            if (names.Contains(_tokens.Current.Text)) throw _tokens.Error("different names");
            if (known is not null && !known.Contains(_tokens.Current.Text)) throw _tokens.Error("a qubit of the gate");
            names.Add(_tokens.Name("a name").Text);
        }
        while (_tokens.TryTake(","));
        return names;
    }

    /// <summary>A gate's name and angles.</summary>
    private (QasmToken At, QasmGate Gate, List<QasmExpression> Angles) Called(IReadOnlyList<string> arguments, List<string>? parameters)
    {
        QasmToken at = _tokens.Current;
        if (at.Kind != QasmTokenKind.Name) throw _tokens.Error("a statement");
        if (!_own.TryGetValue(at.Text, out QasmGate? gate) && !_library.TryGetValue(at.Text, out gate))
            throw _tokens.Error("a gate that is defined before (here or in qelib1.inc)");
        _tokens.Take();
        List<QasmExpression> angles = [];
        if (_tokens.TryTake("(") && !_tokens.TryTake(")"))
        {
            do angles.Add(_expressions.Read(arguments, parameters));
            while (_tokens.TryTake(","));
            _tokens.Expect(")");
        }
        if (angles.Count != gate.Arguments) throw _tokens.Lexer.Error(at, $"{gate.Arguments} angles of {at.Text}", $"{angles.Count}");
        return (at, gate, angles);
    }

    private void Call()
    {
        (QasmToken at, QasmGate gate, List<QasmExpression> expressions) = Called([], _parameters);
        Angle[] angles = new Angle[expressions.Count];
        for (int i = 0; i < angles.Length; i++) angles[i] = expressions[i].Value([], _tokens.Lexer);
        List<QasmPlace> places = Places();
        _tokens.Expect(";");
        if (places.Count != gate.Qubits) throw _tokens.Lexer.Error(at, $"{gate.Qubits} qubits of {at.Text}", $"{places.Count}");
        _gates.Call = (_tokens.Lexer, at);
        for (int i = 0; i < QasmPlace.Calls(places, _tokens.Lexer); i++)
            gate.Expand(angles, QasmPlace.Qubits(places, i, _measured, _tokens.Lexer), _gates, _tokens.Lexer);
    }

    private void Barrier()
    {
        Places();
        _tokens.Expect(";");
    }

    private void Measure()
    {
        List<QasmPlace> from = [Place()];
        _tokens.Expect("->");
        QasmToken to = _tokens.Name("a register of bits");
        if (!_bits.TryGetValue(to.Text, out int size)) throw _tokens.Lexer.Error(to, "a register of bits", $"'{to.Text}'");
        int bits = size;
        if (_tokens.TryTake("["))
        {
            _tokens.Whole("a bit", 0, size - 1);
            _tokens.Expect("]");
            bits = 1;
        }
        _tokens.Expect(";");
        int count = QasmPlace.Calls(from, _tokens.Lexer);
        if (count != bits) throw _tokens.Lexer.Error(to, $"{count} bits", $"{bits}");
        for (int i = 0; i < count; i++) _measured.Add(QasmPlace.Qubits(from, i, _measured, _tokens.Lexer)[0]);
    }

    private List<QasmPlace> Places()
    {
        List<QasmPlace> places = [];
        do places.Add(Place());
        while (_tokens.TryTake(","));
        return places;
    }

    private QasmPlace Place()
    {
        QasmToken at = _tokens.Name("a register of qubits");
        if (!_qubits.TryGetValue(at.Text, out (int First, int Count) register))
            throw _tokens.Lexer.Error(at, "a register of qubits", $"'{at.Text}'");
        if (!_tokens.TryTake("[")) return new QasmPlace(at, register.First, register.Count, Whole: true);
        int index = _tokens.Whole("a qubit", 0, register.Count - 1);
        _tokens.Expect("]");
        return new QasmPlace(at, register.First + index, 1, Whole: false);
    }
}
