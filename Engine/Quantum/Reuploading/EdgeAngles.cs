using System.Numerics;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>Sines and cosines of all trained angles of a layer, and of all numbers where edges read them as they are.</summary>
internal readonly ref struct EdgeAngles<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _cos, _sin, _dataCos, _dataSin;

    private EdgeAngles(ReadOnlySpan<T> trained, ReadOnlySpan<T> data)
    {
        _cos = trained[..(trained.Length / 2)];
        _sin = trained[(trained.Length / 2)..];
        _dataCos = data[..(data.Length / 2)];
        _dataSin = data[(data.Length / 2)..];
    }

    /// <summary>Computes them.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="plan">The circuits.</param>
    /// <param name="parameters">Their parameters.</param>
    /// <param name="x">[inputs, rows].</param>
    public static EdgeAngles<T> Of(WorkerPool workers, DaruanPlan plan, in DaruanParameters<T> parameters, ReadOnlySpan<T> x)
    {
        int angles = parameters.Angles.Length, numbers = parameters.Frequencies.IsEmpty ? x.Length : 0;
        Span<T> trained = Scratch<Trained, T>.Rent(2 * angles), data = Scratch<Data, T>.Rent(2 * numbers);
        DataAngles.SinCos(workers, isArcCosine: false, parameters.Angles, trained[..angles], trained[angles..]);
        DataAngles.SinCos(workers, plan.IsArcCosine, x[..numbers], data[..numbers], data[numbers..]);
        return new(trained, data);
    }

    /// <summary>The trained rotations of an edge.</summary>
    public void Matrices(DaruanPlan plan, int edge, Span<T> matrices) =>
        EdgeMatrices.Multiply(plan, _cos.Slice(edge * plan.Angles, plan.Angles), _sin.Slice(edge * plan.Angles, plan.Angles), matrices);

    /// <summary>Adds the gradients of an edge's trained angles.</summary>
    public void AddGradients(DaruanPlan plan, int edge, ReadOnlySpan<T> torques, Span<T> dangles)
    {
        int first = edge * plan.Angles;
        EdgeMatrices.AddGradients(
            plan, _cos.Slice(first, plan.Angles), _sin.Slice(first, plan.Angles), torques, dangles.Slice(first, plan.Angles));
    }

    /// <summary>The data's rotations of an edge for some rows.</summary>
    /// <param name="plan">The circuits.</param>
    /// <param name="parameters">Their parameters.</param>
    /// <param name="edge">Which.</param>
    /// <param name="x">[inputs, rows].</param>
    /// <param name="first">Where in x the rows of the edge's input begin.</param>
    /// <param name="count">How many they are.</param>
    public EdgeData<TLane, T> Of<TLane>(
        DaruanPlan plan, in DaruanParameters<T> parameters, int edge, ReadOnlySpan<T> x, int first, int count)
        where TLane : struct, ILane<TLane, T>
    {
        if (parameters.Frequencies.IsEmpty) return new(_dataCos.Slice(first, count), _dataSin.Slice(first, count), 0);
        int r = plan.Repetitions;
        return EdgeData<TLane, T>.Of(
            plan.IsArcCosine, x.Slice(first, count), parameters.Frequencies.Slice(edge * r, r), parameters.Offsets.Slice(edge * r, r));
    }

    private readonly struct Trained;

    private readonly struct Data;
}
