using System.Numerics;
using QEngine.Quantum;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Quantum;

/// <summary>The engine's compression with given raw angles: the kernels called in the order a model calls them.</summary>
internal sealed class Head<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Head(Cascade cascade, T[] raw)
    {
        (Cascade, Raw) = (cascade, raw);
        Coefficients = new T[PairCoefficients.PerPair * cascade.Pairs];
        PairCoefficients.Forward<T>(cascade, raw, Coefficients);
    }

    public Cascade Cascade { get; }

    public T[] Raw { get; }

    public T[] Coefficients { get; }

    /// <summary>A head of random pairs, the same ones, to rounding, in either set of angles.</summary>
    public static Head<T> Random(Random random, int inputQubits, int outputQubits, CompressionGate gate, PairAngles angles = PairAngles.All)
    {
        Cascade all = new(inputQubits, outputQubits, gate), cascade = new(inputQubits, outputQubits, gate, angles);
        T[] raw = Samples.Normal<T>(random, all.Parameters);
        if (angles == PairAngles.Effective) raw = Array.ConvertAll(AngleSets.Effective(all, Samples.Exact(raw)), T.CreateChecked);
        return new Head<T>(cascade, raw);
    }

    public T[] States(T[] embeddings, WorkerPool? workers = null) => States(Cascade, Coefficients, embeddings, workers);

    public static T[] States(Cascade cascade, T[] coefficients, T[] embeddings, WorkerPool? workers = null)
    {
        T[] states = new T[embeddings.Length / cascade.InputQubits * 2 * cascade.OutputQubits];
        Compression.Forward<T>(workers ?? WorkerPool.Single, cascade, coefficients, embeddings, states);
        return states;
    }

    /// <summary>Gradients of the embeddings and of the raw angles.</summary>
    public (T[] Embeddings, T[] Raw) Backward(T[] embeddings, T[] dstates, WorkerPool? workers = null)
    {
        T[] dembeddings = new T[embeddings.Length], dcoefficients = new T[Coefficients.Length], draw = new T[Raw.Length];
        Compression.Backward<T>(workers ?? WorkerPool.Single, Cascade, Coefficients, embeddings, dstates, dembeddings, dcoefficients);
        PairCoefficients.Backward<T>(Cascade, Raw, dcoefficients, draw);
        return (dembeddings, draw);
    }

    /// <summary>The literal circuit with the same angles, and with any others where only the effective ones are parameters.</summary>
    public ComplexCircuit Circuit()
    {
        double[] raw = Samples.Exact(Raw);
        if (Cascade.Angles == PairAngles.Effective) raw = AngleSets.All(Cascade, raw);
        return new(Cascade.InputQubits, Cascade.OutputQubits, Cascade.Gate, raw);
    }
}
