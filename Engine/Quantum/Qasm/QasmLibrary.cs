namespace QEngine.Quantum;

/// <summary>The gates of qelib1.inc.</summary>
internal static class QasmLibrary
{
    /// <summary>
    /// Those that the engine has no kind of, up to a phase of the whole state. A Hadamard gate is Z between turns by pi/4 about y; a
    /// controlled phase is a controlled RZ and half the phase on its control.
    /// </summary>
    public const string Definitions = """
        gate id a {}
        gate u0(gamma) a {}
        gate u2(phi,lambda) a { u3(pi/2,phi,lambda) a; }
        gate sx a { rx(pi/2) a; }
        gate sxdg a { rx(-pi/2) a; }
        gate cy a,b { sdg b; cx a,b; s b; }
        gate ch a,b { ry(-pi/4) b; cz a,b; ry(pi/4) b; }
        gate cp(lambda) a,b { p(lambda/2) a; crz(lambda) a,b; }
        gate cu1(lambda) a,b { cp(lambda) a,b; }
        gate cu3(theta,phi,lambda) a,b {
          p(lambda/2) a; p(phi/2) a; crz(lambda) a,b; cry(theta) a,b; crz(phi) a,b;
        }
        gate cu(theta,phi,lambda,gamma) a,b { p(gamma) a; cu3(theta,phi,lambda) a,b; }
        gate csx a,b { p(pi/4) a; crx(pi/2) a,b; }
        gate ccx a,b,c {
          h c; cx b,c; tdg c; cx a,c; t c; cx b,c; tdg c; cx a,c; t b; t c; h c; cx a,b; t a; tdg b; cx a,b;
        }
        gate ccz a,b,c { h c; ccx a,b,c; h c; }
        gate cswap a,b,c { cx c,b; ccx a,b,c; cx c,b; }
        """;

    // u3(theta, phi, lambda) is RZ(lambda), RY(theta), RZ(phi).
    private static readonly int[] EulerOrder = [2, 0, 1];

    /// <summary>Adds what the language has without any file.</summary>
    public static void AddBuiltIn(Dictionary<string, QasmGate> gates)
    {
        gates["U"] = new QasmGate(GateKind.Rot, EulerOrder);
        gates["CX"] = new QasmGate(GateKind.CX);
    }

    /// <summary>Adds the engine's gates that the file has.</summary>
    public static void AddKinds(Dictionary<string, QasmGate> gates)
    {
        foreach (GateKind kind in GateKind.All) gates[kind.Name] = new QasmGate(kind);
        gates.Remove(GateKind.Rot.Name);
        gates["u1"] = new QasmGate(GateKind.P);
        gates["u3"] = gates["u"] = new QasmGate(GateKind.Rot, EulerOrder);
    }
}
