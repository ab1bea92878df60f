using System.Numerics;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>The parameters of a <see cref="DaruanLayer"/>, a row for every edge; edge (o, i) is number o inputs + i.</summary>
/// <param name="Angles">theta [edges, angles].</param>
/// <param name="Frequencies">w [edges, repetitions]; default for 1.</param>
/// <param name="Offsets">b [edges, repetitions]; given with the frequencies.</param>
/// <param name="Scales">s [edges, 1]; default for 1.</param>
/// <param name="Shifts">c [edges, 1]; given with the scales.</param>
internal readonly record struct DaruanTensors<T>(
    Tensor<T> Angles, Tensor<T> Frequencies = default, Tensor<T> Offsets = default, Tensor<T> Scales = default, Tensor<T> Shifts = default)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The elements. A method, since a record would print a property, and spans cannot be printed.</summary>
    public DaruanParameters<T> AsSpans() => new(Angles.Span, Frequencies.Span, Offsets.Span, Scales.Span, Shifts.Span);

    /// <summary>Requires the shapes of a plan.</summary>
    /// <exception cref="QEngineException">A shape is another.</exception>
    public void RequireFit(DaruanPlan plan)
    {
        Guard.Same(nameof(DaruanLayer), Angles.Shape, new Shape(plan.Edges, plan.Angles));
        Shape perRepetition = new(plan.Edges, plan.Repetitions), perEdge = new(plan.Edges, 1);
        if (Frequencies.Shape.Length > 0 || Offsets.Shape.Length > 0)
        {
            Guard.Same(nameof(DaruanLayer), Frequencies.Shape, perRepetition);
            Guard.Same(nameof(DaruanLayer), Offsets.Shape, perRepetition);
        }
        if (Scales.Shape.Length > 0 || Shifts.Shape.Length > 0)
        {
            Guard.Same(nameof(DaruanLayer), Scales.Shape, perEdge);
            Guard.Same(nameof(DaruanLayer), Shifts.Shape, perEdge);
        }
    }
}
