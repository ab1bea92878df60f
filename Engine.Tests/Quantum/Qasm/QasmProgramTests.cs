using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Quantum.Circuits;
using QEngine.Tests.Support;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Quantum.Qasm;

/// <summary>OpenQASM 2.0 read and written.</summary>
public sealed class QasmProgramTests
{
    private const string Head = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n";

    // As Qiskit writes a circuit with a gate that qelib1.inc has not.
    private const string Qiskit = """
        OPENQASM 2.0;
        include "qelib1.inc";
        gate ryy(param0) q0,q1 { rx(pi/2) q0; rx(pi/2) q1; cx q0,q1; rz(param0) q1; cx q0,q1; rx(-pi/2) q0; rx(-pi/2) q1; }
        gate feature(param0,param1) q0,q1 { h q0; u2(0,pi) q1; p(2.0*param0) q0; ryy(-param1/4+0.125) q0,q1; }
        qreg q[3];
        creg meas[3];
        feature(0.3,pi/3) q[0],q[2];
        barrier q[0],q[1],q[2];
        cswap q[2],q[0],q[1];
        measure q[0] -> meas[0];
        measure q[1] -> meas[1];
        measure q[2] -> meas[2];
        """;

    // As PennyLane does: long decimals, all wires measured at once.
    private const string PennyLane =
        "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[2];\ncreg c[2];\nrx(0.54000000000000004) q[0];\nry(-1.2) q[1];\ncx q[0],q[1];\nu3(1e-1,.2,3.) q[1];\nmeasure q -> c;\n";

    // The gates of qelib1.inc that the engine has no kind of, with their matrices.
    private static IEnumerable<TestCaseData> Library()
    {
        Complex i = Complex.ImaginaryOne;
        Complex[] sx = [(1 + i) / 2, (1 - i) / 2, (1 - i) / 2, (1 + i) / 2], z = CircuitOracle.Z;
        yield return Case("id q[0];", CircuitOracle.I, 0);
        yield return Case("u0(1) q[1];", CircuitOracle.I, 1);
        yield return Case("u1(0.7) q[0];", CircuitOracle.Gate("p", 0.7), 0);
        yield return Case("u2(0.3,0.8) q[0];", U3(Math.PI / 2, 0.3, 0.8), 0);
        yield return Case("u3(0.4,0.3,0.8) q[2];", U3(0.4, 0.3, 0.8), 2);
        yield return Case("u(0.4,0.3,0.8) q[2];", U3(0.4, 0.3, 0.8), 2);
        yield return Case("U(0.4,0.3,0.8) q[2];", U3(0.4, 0.3, 0.8), 2);
        yield return Case("CX q[2],q[0];", Controlled(CircuitOracle.X), 2, 0);
        yield return Case("sx q[1];", sx, 1);
        yield return Case("sxdg q[1];", CircuitOracle.Dagger(sx), 1);
        yield return Case("cy q[0],q[1];", Controlled(CircuitOracle.Y), 0, 1);
        yield return Case("ch q[1],q[0];", Controlled(CircuitOracle.Gate("h")), 1, 0);
        yield return Case("cp(0.9) q[0],q[2];", Controlled(CircuitOracle.Gate("p", 0.9)), 0, 2);
        yield return Case("cu1(0.9) q[0],q[2];", Controlled(CircuitOracle.Gate("p", 0.9)), 0, 2);
        yield return Case("cu3(0.4,0.3,0.8) q[0],q[2];", Controlled(U3(0.4, 0.3, 0.8)), 0, 2);
        yield return Case("cu(0.4,0.3,0.8,0.6) q[0],q[2];", Controlled([.. U3(0.4, 0.3, 0.8).Select(x => x * Complex.Exp(0.6 * i))]), 0, 2);
        yield return Case("csx q[0],q[1];", Controlled(sx), 0, 1);
        yield return Case("ccx q[2],q[0],q[1];", Controlled(Controlled(CircuitOracle.X)), 2, 0, 1);
        yield return Case("ccz q[2],q[0],q[1];", Controlled(Controlled(z)), 2, 0, 1);
        yield return Case("cswap q[1],q[0],q[2];", Controlled(CircuitOracle.Gate("swap")), 1, 0, 2);

        static TestCaseData Case(string statement, Complex[] matrix, params int[] on) => new TestCaseData(statement, matrix, on).SetArgDisplayNames(statement);

        // As the language defines U, its phase included, which counts where the gate is controlled.
        static Complex[] U3(double theta, double phi, double lambda) => [
            Math.Cos(theta / 2), -Complex.FromPolarCoordinates(1, lambda) * Math.Sin(theta / 2),
            Complex.FromPolarCoordinates(1, phi) * Math.Sin(theta / 2), Complex.FromPolarCoordinates(1, phi + lambda) * Math.Cos(theta / 2)];

        static Complex[] Controlled(Complex[] u)
        {
            int n = (int)Math.Sqrt(u.Length), size = 2 * n;
            return [.. Enumerable.Range(0, size * size).Select(at => (at / size, at % size) switch
            {
                (int r, int c) when r < n || c < n => r == c ? Complex.One : 0,
                (int r, int c) => u[((r - n) * n) + (c - n)],
            })];
        }
    }

    [TestCaseSource(nameof(Library))]
    public void The_gates_of_qelib1_are_their_matrices(string statement, Complex[] matrix, int[] on)
    {
        Random random = new(3);
        RandomCircuit before = RandomCircuit.Draw(random, 3, 15, inputs: 1, parameters: 1);
        string[] observables = RandomCircuit.AllObservables(3);
        CircuitOracle oracle = before.Oracle([0.4], [1.3]);
        oracle.Apply(matrix, on);
        CircuitBuilder circuit = new CircuitBuilder(3).Append(before.Circuit).Append(Read(Head + "qreg q[3];" + statement).Circuit);

        Near.Values<double>(statement, CircuitRun.Results<double>(circuit.Expect([.. observables.Select(PauliString.Parse)]).Build(), [0.4], [1.3]), [.. observables.Select(oracle.Expectation)], depth: 100);
    }

    [Property]
    public bool What_is_written_is_read_as_the_same_state(int seed, byte size, byte gates)
    {
        Random random = new(seed);
        int n = 1 + (size % 6);
        CircuitBuilder builder = new CircuitBuilder(n).Append(RandomCircuit.Draw(random, n, gates % 50).Circuit);
        foreach (GateKind kind in GateKind.All.Where(kind => kind.Qubits <= n))
            builder.Add(kind, RandomCircuit.DrawQubits(random, n, kind.Qubits), [.. Enumerable.Range(0, kind.Angles).Select(i => (Samples.Normal(random) * Angle.Input(i)) + 1e-7)]);
        Circuit circuit = builder.RX(0, Angle.Input(2)).RZ(0, 1e-7 * Angle.Parameter(3)).Build();
        double[] inputs = Samples.Normal<double>(random, 3), parameters = Samples.Normal<double>(random, 4);

        QasmProgram read = Read(circuit.ToOpenQasm(inputs, parameters));

        Circuit both = new CircuitBuilder(n).Append(circuit).AppendInverse(read.Circuit).Probabilities().Build();
        return read.Parameters.Count == 0 && read.Measured.Count == 0 && Math.Abs(CircuitRun.Results<double>(both, inputs, parameters)[0] - 1) < 1e-12
            && Expectations(circuit, inputs, parameters).Zip(Expectations(read.Circuit, [], [])).All(pair => Math.Abs(pair.First - pair.Second) < 1e-12);

        double[] Expectations(Circuit of, double[] x, double[] p) => CircuitRun.Results<double>(new CircuitBuilder(n).Append(of).ExpectZ().Expect(PauliString.X(0)).Build(), x, p);
    }

    private static IEnumerable<TestCaseData> Unitaries()
    {
        Complex i = Complex.ImaginaryOne;
        yield return new TestCaseData((object)CircuitOracle.Gate("swap")).SetArgDisplayNames("swap");
        yield return new TestCaseData((object)CircuitOracle.Gate("cz")).SetArgDisplayNames("cz");
        yield return new TestCaseData((object)(Complex[])[1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]).SetArgDisplayNames("identity");
        yield return new TestCaseData((object)(Complex[])[i, 0, 0, 0, 0, -1, 0, 0, 0, 0, -i, 0, 0, 0, 0, 1]).SetArgDisplayNames("diagonal");
        yield return new TestCaseData((object)(Complex[])[0, 0, 0, i, 0, 0, -1, 0, 0, 1, 0, 0, -i, 0, 0, 0]).SetArgDisplayNames("reversal");
        for (int seed = 0; seed < 20; seed++)
            yield return new TestCaseData((object)CircuitOracle.RandomUnitary(new Random(seed), 4)).SetArgDisplayNames($"random {seed}");
    }

    [TestCaseSource(nameof(Unitaries))]
    public void A_unitary_of_two_qubits_is_written_as_controlled_rotations(Complex[] matrix)
    {
        foreach ((int first, int second) in ((int, int)[])[(0, 1), (2, 0)])
        {
            RandomCircuit before = RandomCircuit.Draw(new Random(5), 3, 12, inputs: 1, parameters: 1);
            Circuit circuit = new CircuitBuilder(3).Append(before.Circuit).Unitary(first, second, matrix).Build();
            CircuitOracle oracle = before.Oracle([0.4], [1.3]);
            oracle.Apply(matrix, first, second);
            string[] observables = RandomCircuit.AllObservables(3);

            Circuit read = new CircuitBuilder(3).Append(Read(circuit.ToOpenQasm([0.4], [1.3])).Circuit).Expect([.. observables.Select(PauliString.Parse)]).Build();

            Assert.That(CircuitRun.Results<double>(read, [], []), Is.EqualTo(observables.Select(oracle.Expectation).ToArray()).Within(1e-12));
        }
    }

    [Test]
    public void What_is_measured_stands_in_comments()
    {
        Circuit circuit = new CircuitBuilder(2).H(0).RX(1, Angle.Input(0)).Expect(PauliString.Parse("X0Y1")).Probabilities(1, 0).Build();

        Assert.That(circuit.ToOpenQasm([0.5], []), Is.EqualTo(Head + "qreg q[2];\nh q[0];\nrx(0.5) q[1];\n// measured: <X0Y1>\n// measured: probabilities of q[1],q[0]\n"));
    }

    [Test]
    public void What_Qiskit_writes_is_read()
    {
        QasmProgram program = Read(Qiskit);

        CircuitOracle oracle = new(3);
        oracle.Apply(CircuitOracle.Gate("h"), 0);
        oracle.Apply(CircuitOracle.Gate("h"), 2);
        oracle.Apply(CircuitOracle.Gate("p", 0.6), 0);
        oracle.Apply(CircuitOracle.Gate("ryy", (-Math.PI / 12) + 0.125), 0, 2);
        double[] before = oracle.Probabilities(0, 1, 2);
        // Qubits 0 and 1 change places where 2 is 1.
        double[] expected = [.. Enumerable.Range(0, 8).Select(state => before[(state & 1) == 0 ? state : ((state & 4) >> 1) | ((state & 2) << 1) | 1])];
        Near.Values<double>("Qiskit", CircuitRun.Results<double>(new CircuitBuilder(3).Append(program.Circuit).Probabilities().Build(), [], []), expected, depth: 100);
        Assert.That(program.Measured, Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [Test]
    public void What_PennyLane_writes_is_read()
    {
        QasmProgram program = Read(PennyLane);

        Circuit expected = new CircuitBuilder(2).RX(0, 0.54).RY(1, -1.2).CNOT(0, 1).Rot(1, 3, 0.1, 0.2).Build();
        Assert.That(CircuitRun.Results<double>(new CircuitBuilder(2).Append(program.Circuit).AppendInverse(expected).Probabilities().Build(), [], [])[0], Is.EqualTo(1).Within(1e-14));
        Assert.That(program.Measured, Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void Names_in_angles_are_parameters_in_the_order_of_their_appearance()
    {
        QasmProgram program = Read(Head + "gate g(a) q { rx(2*a) q; ry(-(a-1)/2) q; } qreg q[1]; rz(phi) q; g(theta+pi) q; rx(phi/2) q;");

        Assert.That(program.Parameters, Is.EqualTo(new[] { "phi", "theta" }));
        Assert.That(program.Circuit.Gates.ToArray().Select(gate => gate.Angles[0].ToString()), Is.EqualTo(new[] { "p0", $"2*p1+{2 * Math.PI:R}", $"-0.5*p1{(1 - Math.PI) / 2:R}", "0.5*p0" }));
    }

    [TestCase("1+2*3", 7)]
    [TestCase("2^3^2", 512)]
    [TestCase("-2^2", -4)]
    [TestCase("2^-1", 0.5)]
    [TestCase("8/4/2", 1)]
    [TestCase("7-4-2", 1)]
    [TestCase("-(1+1)*-3", 6)]
    [TestCase("sin(pi/2)+cos(0)+tan(0)", 2)]
    [TestCase("ln(exp(2))*sqrt(9)", 6)]
    [TestCase("1.5e1+.5+2.", 17.5)]
    public void Angles_are_computed(string expression, double expected) =>
        Assert.That(Read(Head + $"qreg q[1]; rx({expression}) q[0];").Circuit.Gates[0].Angles[0].Value([], []), Is.EqualTo(expected).Within(1e-14));

    [Test]
    public void A_gate_of_registers_is_called_for_each_qubit()
    {
        QasmProgram program = Read(Head + "qreg a[2]; qreg b[2]; x a; cx a,b; cx b[0],a; // of one qubit and a register\nswap b[1], a[0];");

        Assert.That(program.Circuit.Gates.ToArray().Select(gate => $"{gate.Kind.Name} {string.Join(" ", gate.Qubits)}"), Is.EqualTo(new[] { "x 0", "x 1", "cx 0 2", "cx 1 3", "cx 2 0", "cx 2 1", "swap 3 0" }));
    }

    [Test]
    public void An_own_gate_takes_the_place_of_one_of_the_library()
    {
        QasmProgram program = Read(Head + "gate h a { x a; } gate mine(t) a,b { h a; barrier a,b; rx(t) b; } qreg q[2]; mine(0.5) q[1],q[0];");

        Assert.That(program.Circuit.Gates.ToArray().Select(gate => $"{gate.Kind.Name} {string.Join(" ", gate.Qubits)}"), Is.EqualTo(new[] { "x 1", "rx 0" }));
    }

    [TestCase("", "line 1, column 1: expected 'OPENQASM', found the end")]
    [TestCase("OPENQASM 3.0;", "line 1, column 10: expected version 2.0, found '3.0'")]
    [TestCase("OPENQASM 2.0;", "line 1, column 14: expected a register of qubits, qreg, found the end")]
    [TestCase("OPENQASM 2.0;\nqreg q[1];\nh q;", "line 3, column 1: expected a gate that is defined before (here or in qelib1.inc), found 'h'")]
    [TestCase("OPENQASM 2.0; include \"other.inc\";", "line 1, column 24: expected \"qelib1.inc\", which is built in, found 'other.inc'")]
    [TestCase("OPENQASM 2.0; qreg q[13];", "line 1, column 22: expected a number of qubits (12 in all) from 1 to 12, found '13'")]
    [TestCase("OPENQASM 2.0; qreg q[10]; qreg r[3];", "line 1, column 34: expected a number of qubits (12 in all) from 1 to 2, found '3'")]
    [TestCase("OPENQASM 2.0; qreg q[99999999999];", "line 1, column 22: expected a number of qubits (12 in all) from 1 to 12, found '99999999999'")]
    [TestCase("OPENQASM 2.0; qreg q[0];", "line 1, column 22: expected a number of qubits (12 in all) from 1 to 12, found '0'")]
    [TestCase("OPENQASM 2.0; qreg q[1]; creg q[1];", "line 1, column 31: expected a new name, found 'q'")]
    [TestCase("OPENQASM 2.0; qreg q[2]; U(0,0,0) q[2];", "line 1, column 37: expected a qubit from 0 to 1, found '2'")]
    [TestCase("OPENQASM 2.0; qreg q[2]; U(0,0,0) r[0];", "line 1, column 35: expected a register of qubits, found 'r'")]
    [TestCase("OPENQASM 2.0; qreg q[2]; CX q[0],q[0];", "line 1, column 34: expected different qubits, found one twice")]
    [TestCase("OPENQASM 2.0; qreg q[2]; qreg r[3]; CX q,r;", "line 1, column 42: expected a register of 2 qubits, found 3")]
    [TestCase("OPENQASM 2.0; qreg q[2]; CX q;", "line 1, column 26: expected 2 qubits of CX, found 1")]
    [TestCase("OPENQASM 2.0; qreg q[2]; U(0,0) q;", "line 1, column 26: expected 3 angles of U, found 2")]
    [TestCase("OPENQASM 2.0; qreg q[1]; U(0,0,1/0) q;", "line 1, column 32: expected a finite angle, found Infinity")]
    [TestCase("OPENQASM 2.0; qreg q[1]; U(0,0,a*b) q;", "line 1, column 32: expected an angle that is a number or a multiple of one parameter plus a number, found another")]
    [TestCase("OPENQASM 2.0; qreg q[1]; U(0,0,sin(a)) q;", "line 1, column 32: expected an angle that is a number or a multiple of one parameter plus a number, found another")]
    [TestCase("OPENQASM 2.0; qreg q[1]; U(0,0,) q;", "line 1, column 32: expected an angle, found ')'")]
    [TestCase("OPENQASM 2.0; qreg q[1]; U(0,0,0) q", "line 1, column 36: expected ';', found the end")]
    [TestCase("OPENQASM 2.0; qreg q[1]; reset q;", "line 1, column 26: expected what a circuit of gates and final measurements has, found 'reset'")]
    [TestCase("OPENQASM 2.0; qreg q[1]; creg c[1]; if(c==1) U(0,0,0) q;", "line 1, column 37: expected what a circuit of gates and final measurements has, found 'if'")]
    [TestCase("OPENQASM 2.0; opaque g a;", "line 1, column 15: expected what a circuit of gates and final measurements has, found 'opaque'")]
    [TestCase("OPENQASM 2.0; qreg q[1]; creg c[1]; measure q -> c; U(0,0,0) q;", "line 1, column 62: expected nothing after a qubit's measurement, found more")]
    [TestCase("OPENQASM 2.0; qreg q[2]; creg c[1]; measure q -> c;", "line 1, column 50: expected 2 bits, found 1")]
    [TestCase("OPENQASM 2.0; qreg q[1]; measure q -> c;", "line 1, column 39: expected a register of bits, found 'c'")]
    [TestCase("OPENQASM 2.0; gate g a { g a; }", "line 1, column 26: expected a gate that is defined before (here or in qelib1.inc), found 'g'")]
    [TestCase("OPENQASM 2.0; gate g a { CX a,b; }", "line 1, column 31: expected a qubit of the gate, found 'b'")]
    [TestCase("OPENQASM 2.0; gate g a { U(0,0,t) a; }", "line 1, column 32: expected an angle, found 't'")]
    [TestCase("OPENQASM 2.0; gate g a,a { }", "line 1, column 24: expected different names, found 'a'")]
    [TestCase("OPENQASM 2.0; gate U a { }", "line 1, column 20: expected the name of a new gate, found 'U'")]
    [TestCase("OPENQASM 2.0; gate g a { } gate g a { }", "line 1, column 33: expected the name of a new gate, found 'g'")]
    [TestCase("OPENQASM 2.0; gate g a { U(0,0,0) a;", "line 1, column 37: expected a statement, found the end")]
    [TestCase("OPENQASM 2.0;\n\tqreg q[1];\n\t\u00E4 q;", "line 3, column 2: expected a sign of OpenQASM, found U+00E4")]
    [TestCase("OPENQASM 2.0; include \"qelib1.inc", "line 1, column 23: expected a closing quote, found none")]
    public void What_is_wrong_is_told_with_its_place(string text, string message) =>
        Assert.That(() => Read(text), Throws.TypeOf<QEngineException>().With.Message.EqualTo("test.qasm, " + message));

    [Test]
    public void Circuits_are_drawn()
    {
        Circuit circuit = new CircuitBuilder(3).H(0).CNOT(0, 2).RX(1, Angle.Input(0)).CRZ(2, 1, 2 * Angle.Parameter(1)).SWAP(0, 1).TDagger(2).Build();

        Assert.That(circuit.ToString(), Is.EqualTo(string.Join('\n', [
            "q0 ─H─●─────────────────×──",
            "      │                 │",
            "q1 ───┼─RX(x0)─RZ(2*p1)─×──",
            "      │           │",
            "q2 ───X───────────●─────T†─",
            ""])));
        Assert.That(CircuitDrawing.Create(circuit, [], 20).Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(20));
    }

    private static QasmProgram Read(string text) => QasmProgram.Read(text, "test.qasm");
}
