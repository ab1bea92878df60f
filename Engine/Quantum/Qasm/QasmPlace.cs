namespace QEngine.Quantum;

/// <summary>A qubit that a gate is called on, or a whole register: then the gate is called once for each qubit of it.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="First">The first qubit.</param>
/// <param name="Count">How many.</param>
/// <param name="Whole">Whether it is a register.</param>
internal readonly record struct QasmPlace(QasmToken At, int First, int Count, bool Whole)
{
    /// <summary>How many calls one statement is.</summary>
    /// <exception cref="QEngineException">Registers are of different sizes.</exception>
    public static int Calls(IReadOnlyList<QasmPlace> places, QasmLexer lexer)
    {
        int calls = 0;
        foreach (QasmPlace place in places)
        {
            if (!place.Whole) continue;
            if (calls != 0 && place.Count != calls) throw lexer.Error(place.At, $"a register of {calls} qubits", $"{place.Count}");
            calls = place.Count;
        }
        return Math.Max(1, calls);
    }

    /// <summary>The qubits of one of the calls.</summary>
    /// <exception cref="QEngineException">A qubit is there twice, or was measured before.</exception>
    public static int[] Qubits(IReadOnlyList<QasmPlace> places, int call, IReadOnlyList<int> measured, QasmLexer lexer)
    {
        int[] qubits = new int[places.Count];
        for (int i = 0; i < qubits.Length; i++)
        {
            int qubit = places[i].First + (places[i].Whole ? call : 0);
            if (qubits.AsSpan(0, i).Contains(qubit)) throw lexer.Error(places[i].At, "different qubits", "one twice");
            foreach (int before in measured)
                if (before == qubit) throw lexer.Error(places[i].At, "nothing after a qubit's measurement", "more");
            qubits[i] = qubit;
        }
        return qubits;
    }
}
