using System.Numerics;
using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;
using State = MathNet.Numerics.LinearAlgebra.Vector<System.Numerics.Complex>;

namespace QEngine.Tests.Quantum;

/// <summary>
/// The whole chain from raw angles to the loss and back against the reference files. They encode with the phase
/// pi - 5e-10, the engine with pi: that difference, and nothing else, is what the tolerance in double leaves room for.
/// </summary>
public sealed class GoldenHeadTests
{
    [TestCaseSource(typeof(GoldenHead), nameof(GoldenHead.Names))]
    public void Single_precision_reproduces_the_reference(string name) =>
        Check<float>(GoldenHead.Load(name), amplitudes: 1e-5, fidelities: 1e-5, loss: 1e-4, gradients: 1e-3);

    [TestCaseSource(typeof(GoldenHead), nameof(GoldenHead.Names))]
    public void Double_precision_reproduces_the_reference(string name) =>
        Check<double>(GoldenHead.Load(name), amplitudes: 1e-8, fidelities: 1e-8, loss: 1e-7, gradients: 1e-7);

    [TestCaseSource(typeof(GoldenHead), nameof(GoldenHead.Names))]
    public void The_oracle_reproduces_the_reference_with_its_phase(string name)
    {
        GoldenHead golden = GoldenHead.Load(name);
        Cascade cascade = golden.Cascade;
        ComplexCircuit circuit = new(cascade.InputQubits, cascade.OutputQubits, cascade.Gate, golden.Raw, ComplexCircuit.CodePhase);

        State[][] rows = [.. golden.Embeddings.Chunk(cascade.InputQubits).Select(row => circuit.Run(row))];

        double[] amplitudes = [.. rows.SelectMany(row => row.Select(q => q[0].Real).Concat(row.Select(q => q[1].Real)))];
        double[] fidelities = [.. rows.Chunk(golden.GroupSize).SelectMany(group => group[1..].Select(row => ComplexCircuit.Fidelity(group[0], row)))];
        Assert.That(Near.LargestError(amplitudes, golden.Amplitudes), Is.LessThan(1e-12), "amplitudes");
        Assert.That(Near.LargestError(fidelities, golden.Fidelities), Is.LessThan(1e-12), "fidelities");
    }

    private static void Check<T>(GoldenHead golden, double amplitudes, double fidelities, double loss, double gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int k = golden.Cascade.OutputQubits, rows = golden.Embeddings.Length / golden.Cascade.InputQubits;
        Head<T> head = new(golden.Cascade, Samples.As<T>(golden.Raw));
        T[] embeddings = Samples.As<T>(golden.Embeddings), states = head.States(embeddings), found = new T[states.Length];
        int[] queries = [.. Enumerable.Range(0, rows / golden.GroupSize).Select(group => group * golden.GroupSize)];
        int[] candidates = [.. Enumerable.Range(0, rows).Where(row => row % golden.GroupSize != 0)];
        T[] scores = new T[candidates.Length], dstates = new T[states.Length];

        for (int row = 0; row < rows; row++) Readout.Amplitudes<T>(states.AsSpan(row * 2 * k, 2 * k), found.AsSpan(row * 2 * k, 2 * k));
        Fidelity.Forward<T>(WorkerPool.Single, states, k, queries, candidates, scores);
        (double lossFound, T[] dscores) = CrossEntropy(scores, queries.Length, golden.ScoreScale);
        Fidelity.Backward<T>(WorkerPool.Single, states, k, queries, candidates, dscores, dstates);
        (T[] dembeddings, T[] draw) = head.Backward(embeddings, dstates);

        Within("amplitudes", Near.LargestError(Samples.Exact(found), golden.Amplitudes), amplitudes);
        Within("fidelities", Near.LargestError([.. Samples.Exact(scores).Select(Math.Exp)], golden.Fidelities), fidelities);
        Within("loss", Math.Abs(lossFound - golden.Loss) / golden.Loss, loss);
        Within("grad_embeddings", Near.RelativeError(Samples.Exact(dembeddings), golden.EmbeddingGradient), gradients);
        int start = 0;
        foreach ((string name, double[] expected) in golden.RawGradients)
        {
            Within(name, Near.RelativeError(Samples.Exact(draw.AsSpan(start, expected.Length).ToArray()), expected), gradients);
            start += expected.Length;
        }
        Assert.That(start, Is.EqualTo(draw.Length), "raw angles covered");
    }

    /// <summary>Mean cross-entropy of the groups' scores s = scale F against candidate 0, and its gradient by ln F.</summary>
    private static (double Loss, T[] Gradient) CrossEntropy<T>(T[] logFidelities, int groups, double scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double loss = 0;
        List<T> gradient = [];
        foreach (double[] group in Samples.Exact(logFidelities).Chunk(logFidelities.Length / groups))
        {
            double[] scores = [.. group.Select(log => scale * Math.Exp(log))], exponentials = [.. scores.Select(s => Math.Exp(s - scores.Max()))];
            double total = exponentials.Sum();
            loss -= Math.Log(exponentials[0] / total) / groups;
            for (int c = 0; c < scores.Length; c++)
                gradient.Add(T.CreateTruncating(((exponentials[c] / total) - (c == 0 ? 1 : 0)) / groups * scores[c]));
        }
        return (loss, [.. gradient]);
    }

    private static void Within(string what, double error, double tolerance)
    {
        TestContext.Out.WriteLine($"{what}: error {error:e2}");
        Assert.That(error, Is.LessThan(tolerance), what);
    }
}
