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

    /// <summary>The numbers of an edge, read as they are.</summary>
    public SharedData<TLane, T> Shared<TLane>(DaruanPlan plan, int edge, int rows)
        where TLane : struct, ILane<TLane, T>
    {
        int first = edge % plan.Inputs * rows;
        return new(_dataCos.Slice(first, rows), _dataSin.Slice(first, rows));
    }

    /// <summary>The numbers of an edge times its frequencies.</summary>
    public static ScaledData<TLane, T> Scaled<TLane>(
        DaruanPlan plan, in DaruanParameters<T> parameters, int edge, ReadOnlySpan<T> x, int rows)
        where TLane : struct, ILane<TLane, T>
    {
        int r = plan.Repetitions;
        return new(
            plan.IsArcCosine, x.Slice(edge % plan.Inputs * rows, rows), parameters.Frequencies.Slice(edge * r, r),
            parameters.Offsets.Slice(edge * r, r));
    }

    private readonly struct Trained;

    private readonly struct Data;
}
