using QEngine.Autodiff;
using QEngine.Quantum;

namespace QEngine.Ops;

/// <summary>
/// The circuits that a network ran on a recording tape, each with its trained numbers and the inputs of the first row, to be written as
/// OpenQASM or run elsewhere. A layer needs nothing of its own for it: the operations know their circuits.
/// </summary>
/// <remarks>
/// An operation is recorded where something needs a gradient: give the tape the inputs by <see cref="Tape{T}.WithGradient"/>. A tape with
/// <see cref="Tape{T}.KeepsCircuits"/> has those of layers too that compute what their circuits would in another way.
/// </remarks>
internal static class CircuitRecord
{
    /// <summary>
    /// The circuits, in order. One that was run several times with the same parameters, as in the steps of a sequence, is there once, with
    /// its first inputs.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">On which the network was run.</param>
    public static IReadOnlyList<BoundCircuit> Of<T>(Tape<T> tape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tape);
        List<BoundCircuit> all = [], different = [];
        for (int i = 0; i < tape.Recorded; i++)
            if (tape.Operation(i) is ICircuitOp circuits) circuits.AddTo(all);
        foreach (BoundCircuit circuit in all)
            if (!IsAmong(different, circuit)) different.Add(circuit);
        return different;
    }

    private static bool IsAmong(List<BoundCircuit> circuits, BoundCircuit circuit)
    {
        foreach (BoundCircuit other in circuits)
            if (circuit.IsTrainedAs(other)) return true;
        return false;
    }
}

/// <summary>An operation that runs circuits.</summary>
internal interface ICircuitOp
{
    /// <summary>Adds its circuits, with the inputs of the first row; none where there are no rows.</summary>
    /// <param name="circuits">Where to.</param>
    void AddTo(ICollection<BoundCircuit> circuits);
}
