using System.Numerics;
using QEngine.Autodiff;
using QEngine.Quantum;
using QEngine.Tensors;

namespace QEngine.Ops;

/// <summary>
/// Sums of one-qubit circuits that read their input repeatedly, one circuit for every pair of input and output (<see cref="DaruanSums"/>).
/// Rows of a batch are columns here, so that they are side by side in memory.
/// </summary>
internal static class DaruanLayer
{
    /// <summary>Applies the circuits.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tape">Storage and record.</param>
    /// <param name="plan">The circuits.</param>
    /// <param name="x">[inputs, rows].</param>
    /// <param name="parameters">The circuits' parameters.</param>
    /// <returns>[outputs, rows].</returns>
    /// <exception cref="QEngineException">The shapes do not fit the plan.</exception>
    public static Tensor<T> Apply<T>(Tape<T> tape, DaruanPlan plan, Tensor<T> x, in DaruanTensors<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(plan);
        Guard.Length(nameof(DaruanLayer), x.Rows, plan.Inputs);
        parameters.RequireFit(plan);
        DaruanTensors<T> p = parameters;
        Tensor<T> y = tape.Output(new Shape(plan.Outputs, x.Columns), x, p.Angles, p.Frequencies, p.Offsets, p.Scales, p.Shifts);
        DaruanSums.Forward(tape.Workers, plan, p.AsSpans(), x.Span, y.Span);
        if (y.NeedsGradient) tape.Record(new Op<T>(plan, x, p, y));
        return y;
    }

    private readonly record struct Op<T>(DaruanPlan Plan, Tensor<T> X, DaruanTensors<T> Parameters, Tensor<T> Y)
        : IOp<T>, ICircuitOp
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <inheritdoc/>
        public void Backward(Gradients<T> gradients)
        {
            if (!gradients.TryGet(Y, out ReadOnlySpan<T> dy)) return;
            // By themselves first: one tensor may stand in several places.
            Span<T> dangles = Own(gradients, Parameters.Angles), dfrequencies = Own(gradients, Parameters.Frequencies);
            Span<T> doffsets = Own(gradients, Parameters.Offsets);
            Span<T> dscales = Own(gradients, Parameters.Scales), dshifts = Own(gradients, Parameters.Shifts);
            Span<T> dx = gradients.Wants(X) ? gradients[X] : default;
            DaruanSums.Backward(
                gradients.Workers, Plan, Parameters.AsSpans(), X.Span, dy, dx, new(dangles, dfrequencies, doffsets, dscales, dshifts));
            Add(gradients, dangles, Parameters.Angles);
            Add(gradients, dfrequencies, Parameters.Frequencies);
            Add(gradients, doffsets, Parameters.Offsets);
            Add(gradients, dscales, Parameters.Scales);
            Add(gradients, dshifts, Parameters.Shifts);
        }

        /// <inheritdoc/>
        public void AddTo(ICollection<BoundCircuit> circuits)
        {
            if (X.Columns == 0) return;
            T[] numbers = new T[Plan.Inputs];
            for (int i = 0; i < numbers.Length; i++) numbers[i] = X.Span[i * X.Columns];
            for (int edge = 0; edge < Plan.Edges; edge++) circuits.Add(BoundCircuit.OfEdge(Plan, edge, Parameters.AsSpans(), numbers));
        }

        private static Span<T> Own(Gradients<T> gradients, Tensor<T> parameter) =>
            gradients.Wants(parameter) ? gradients.Rent(parameter.Shape.Length) : default;

        private static void Add(Gradients<T> gradients, ReadOnlySpan<T> own, Tensor<T> parameter)
        {
            if (!own.IsEmpty) Kernels.Elementwise.Add(gradients.Workers, own, gradients[parameter]);
        }
    }
}
