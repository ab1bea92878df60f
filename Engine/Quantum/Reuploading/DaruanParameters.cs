using System.Numerics;

namespace QEngine.Quantum;

/// <summary>What a layer of DARUAN edges computes s (phi(w x + b; theta) + c) from, edge by edge.</summary>
/// <param name="angles">theta [edges, angles].</param>
/// <param name="frequencies">w [edges, repetitions]; empty for 1.</param>
/// <param name="offsets">b [edges, repetitions]; given with the frequencies.</param>
/// <param name="scales">s [edges]; empty for 1.</param>
/// <param name="shifts">c [edges]; given with the scales.</param>
internal readonly ref struct DaruanParameters<T>(
    ReadOnlySpan<T> angles, ReadOnlySpan<T> frequencies, ReadOnlySpan<T> offsets, ReadOnlySpan<T> scales, ReadOnlySpan<T> shifts)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly ReadOnlySpan<T> Angles = angles, Frequencies = frequencies, Offsets = offsets, Scales = scales, Shifts = shifts;

    /// <summary>s and c of an edge.</summary>
    public (T Scale, T Shift) Affine(int edge) => Scales.IsEmpty ? (T.One, T.Zero) : (Scales[edge], Shifts[edge]);

    /// <summary>Requires an output that shares no memory with the parameters.</summary>
    /// <exception cref="ArgumentException">It does.</exception>
    public void RequireApart(ReadOnlySpan<T> output, string parameter) =>
        Require.Apart(output, Angles, Frequencies, Offsets, Scales, Shifts, parameter);

    /// <summary>Requires the lengths of a plan.</summary>
    /// <exception cref="ArgumentException">A length is another.</exception>
    public void RequireFit(DaruanPlan plan)
    {
        Require.Elements(Angles, (long)plan.Edges * plan.Angles);
        Require.ElementsOrNone(Frequencies, (long)plan.Edges * plan.Repetitions);
        Require.Elements(Offsets, Frequencies.Length);
        Require.ElementsOrNone(Scales, plan.Edges);
        Require.Elements(Shifts, Scales.Length);
    }
}

/// <summary>Gradients of <see cref="DaruanParameters{T}"/>, added to; one that is not wanted is empty.</summary>
internal readonly ref struct DaruanGradients<T>(Span<T> angles, Span<T> frequencies, Span<T> offsets, Span<T> scales, Span<T> shifts)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly Span<T> Angles = angles, Frequencies = frequencies, Offsets = offsets, Scales = scales, Shifts = shifts;

    /// <summary>Requires gradients that share no memory with other arguments or each other.</summary>
    /// <exception cref="ArgumentException">They do.</exception>
    public void RequireApart(in DaruanParameters<T> parameters, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, ReadOnlySpan<T> dx)
    {
        parameters.RequireApart(Angles, nameof(Angles));
        parameters.RequireApart(Frequencies, nameof(Frequencies));
        parameters.RequireApart(Offsets, nameof(Offsets));
        parameters.RequireApart(Scales, nameof(Scales));
        parameters.RequireApart(Shifts, nameof(Shifts));
        Require.Apart(Angles, x, dy, dx);
        Require.Apart(Frequencies, x, dy, dx, Angles);
        Require.Apart(Offsets, x, dy, dx, Angles, Frequencies);
        Require.Apart(Scales, x, dy, dx, Angles, Frequencies);
        Require.Apart(Shifts, x, dy, dx, Angles, Frequencies);
        Require.Apart<T>(Offsets, Scales, Shifts);
        Require.Apart<T>(Scales, Shifts);
    }

    /// <summary>Requires the lengths of the parameters.</summary>
    /// <exception cref="ArgumentException">A length is another.</exception>
    public void RequireFit(in DaruanParameters<T> parameters)
    {
        Require.ElementsOrNone<T>(Angles, parameters.Angles.Length);
        Require.ElementsOrNone<T>(Frequencies, parameters.Frequencies.Length);
        Require.ElementsOrNone<T>(Offsets, parameters.Offsets.Length);
        Require.ElementsOrNone<T>(Scales, parameters.Scales.Length);
        Require.ElementsOrNone<T>(Shifts, parameters.Shifts.Length);
    }
}
