using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;

namespace QEngine.Benchmarks;

/// <summary>A kind of head.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Configuration">The head from d to k numbers; null where there is none of this size.</param>
internal sealed record HeadKind(string Name, Func<int, int, HeadConfiguration?> Configuration)
{
    /// <summary>All kinds; the linear head is what principal components are applied by.</summary>
    internal static IReadOnlyList<HeadKind> All { get; } =
    [
        new("quantum", Quantum),
        new("quantum, expectations", Quantum) { Format = EmbeddingFormat.Expectations },
        new("linear", static (inputs, outputs) => new(inputs, new DenseModule(inputs, outputs, DenseActivation.Identity))),
        new("tanh of linear", HeadConfiguration.Linear),
        new("grouped", static (inputs, outputs) => HeadConfiguration.Grouped(inputs, outputs, GroupsLikeQuantum(inputs, outputs))),
        new("entangled", Entangled),
    ];

    /// <summary>In which numbers embeddings are written.</summary>
    internal EmbeddingFormat Format { get; init; }

    private static HeadConfiguration Quantum(int inputs, int outputs) => HeadConfiguration.Quantum(inputs, outputs);

    /// <summary>The groups that make a grouped head about as large as the quantum one, as <c>qengine train-head</c> picks them.</summary>
    private static int GroupsLikeQuantum(int inputs, int outputs)
    {
        int parameters = new Cascade(inputs, outputs, CompressionGate.ControlledU).Parameters;
        return Enumerable.Range(1, outputs).Where(groups => outputs % groups == 0)
            .MinBy(groups => Math.Abs((inputs * outputs / groups) + outputs - parameters));
    }

    // k is two numbers for each of 2^n amplitudes.
    private static HeadConfiguration? Entangled(int inputs, int outputs) =>
        int.IsPow2(outputs) && int.Log2(outputs) - 1 is >= 1 and <= EntangledModule.MaxQubits and int qubits
            ? HeadConfiguration.Entangled(inputs, qubits)
            : null;
}
