using System.Numerics;
using QEngine.Kernels;
using QEngine.Memory;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Quantum;

/// <summary>
/// y[o, row] = sum over the inputs i of s (phi(w x[i, row] + b; theta) + c), the parameters those of edge (o, i): a layer of DARUAN edges
/// on columns, so that the rows of a batch follow each other and go through an edge a lane at a time.
/// </summary>
/// <remarks>An edge's sums run over the rows in order, so bits do not depend on threads.</remarks>
internal static class DaruanSums
{
    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="plan">The circuits.</param>
    /// <param name="parameters">Their parameters.</param>
    /// <param name="x">[inputs, rows].</param>
    /// <param name="y">[outputs, rows].</param>
    /// <exception cref="ArgumentException">The lengths do not fit the plan, or y overlaps x.</exception>
    public static void Forward<T>(WorkerPool workers, DaruanPlan plan, DaruanParameters<T> parameters, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        parameters.RequireFit(plan);
        int rows = Require.Columns(x, plan.Inputs);
        Require.Elements<T>(y, (long)rows * plan.Outputs);
        Require.Apart(y, x);
        parameters.RequireApart(y, nameof(y));
        y.Clear();
        EdgeAngles<T> angles = EdgeAngles<T>.Of(workers, plan, parameters, x);
        ForwardKernel<T> kernel = new(plan, parameters, angles, x, rows, y);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, plan.Outputs, Cost(plan, rows) * plan.Inputs, ref kernel);
    }

    /// <summary>Backward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="plan">The circuits.</param>
    /// <param name="parameters">Their parameters.</param>
    /// <param name="x">[inputs, rows].</param>
    /// <param name="dy">[outputs, rows].</param>
    /// <param name="dx">[inputs, rows], added to; empty if not wanted.</param>
    /// <param name="gradients">Those of the parameters.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the plan, or an output overlaps another argument.</exception>
    public static void Backward<T>(
        WorkerPool workers, DaruanPlan plan, DaruanParameters<T> parameters, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dx,
        DaruanGradients<T> gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        parameters.RequireFit(plan);
        gradients.RequireFit(parameters);
        int rows = Require.Columns(x, plan.Inputs);
        Require.Elements(dy, (long)rows * plan.Outputs);
        Require.ElementsOrNone<T>(dx, x.Length);
        Require.Apart(dx, x, dy);
        parameters.RequireApart(dx, nameof(dx));
        gradients.RequireApart(parameters, x, dy, dx);
        EdgeAngles<T> angles = EdgeAngles<T>.Of(workers, plan, parameters, x);
        BackwardKernel<T> kernel = new(plan, parameters, angles, x, rows, dy, dx, gradients);
        // The edges of an input share its gradient.
        int units = dx.IsEmpty ? plan.Edges : plan.Inputs;
        RangeKernel.Run<BackwardKernel<T>, T>(workers, units, 3 * Cost(plan, rows) * plan.Edges / units, ref kernel);
    }

    private static long Cost(DaruanPlan plan, int rows) => (plan.Repetitions + 1L) * (rows + 16L);

    private readonly struct Buffers;

    private readonly ref struct ForwardKernel<T>(
        DaruanPlan plan, DaruanParameters<T> parameters, EdgeAngles<T> angles, ReadOnlySpan<T> x, int rows, Span<T> y) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly DaruanParameters<T> _parameters = parameters;
        private readonly EdgeAngles<T> _angles = angles;
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            Span<T> matrices = Scratch<Buffers, T>.Rent((plan.Repetitions + 1) * EdgeMatrices.Size);
            int inputs = plan.Inputs, step = EdgeData<TLane, T>.Rows(plan);
            for (int output = from; output < to; output++)
            {
                for (int input = 0; input < inputs; input++)
                {
                    int edge = (output * inputs) + input;
                    _angles.Matrices(plan, edge, matrices);
                    for (int row = 0; row < rows; row += step)
                        Add<TLane>(edge, (input * rows) + row, matrices, _y.Slice((output * rows) + row, Math.Min(step, rows - row)));
                }
            }
        }

        private void Add<TLane>(int edge, int first, Span<T> matrices, Span<T> y)
            where TLane : struct, ILane<TLane, T>
        {
            (T scale, T shift) = _parameters.Affine(edge);
            EdgeForwardLoop<TLane, T> loop = new(
                plan, _angles.Of<TLane>(plan, _parameters, edge, _x, first, y.Length), matrices, scale, shift, y);
            LaneLoop<TLane, T>.Run(ref loop, 0, y.Length);
        }
    }

    private readonly ref struct BackwardKernel<T>(
        DaruanPlan plan, DaruanParameters<T> parameters, EdgeAngles<T> angles, ReadOnlySpan<T> x, int rows, ReadOnlySpan<T> dy, Span<T> dx,
        DaruanGradients<T> gradients) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly DaruanParameters<T> _parameters = parameters;
        private readonly EdgeAngles<T> _angles = angles;
        private readonly ReadOnlySpan<T> _x = x, _dy = dy;
        private readonly Span<T> _dx = dx;
        private readonly DaruanGradients<T> _gradients = gradients;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int outputs = _dx.IsEmpty ? 1 : plan.Outputs, step = EdgeData<TLane, T>.Rows(plan);
            for (int unit = from; unit < to; unit++)
                for (int output = 0; output < outputs; output++) Edge<TLane>(unit + (output * plan.Inputs), step);
        }

        private void Edge<TLane>(int edge, int step)
            where TLane : struct, ILane<TLane, T>
        {
            // Lanes first, so that they are aligned.
            int sums = EdgeSums.Count(plan), lanes = (sums + (plan.Repetitions * EdgeSums.Kept)) * TLane.Count;
            Span<T> all = Scratch<Buffers, T>.Rent(lanes + ((plan.Repetitions + 1) * EdgeMatrices.Size));
            Span<T> matrices = all[lanes..];
            _angles.Matrices(plan, edge, matrices);
            all[..(sums * TLane.Count)].Clear();
            for (int row = 0; row < rows; row += step) Run<TLane>(edge, row, Math.Min(step, rows - row), matrices, all[..lanes]);
            // The sums of the lanes take the place of the lanes.
            for (int i = 0; i < sums; i++) all[i] = TLane.Load(ref all[i * TLane.Count]).Sum();
            AddGradients(edge, all[..sums]);
        }

        private void Run<TLane>(int edge, int row, int count, Span<T> matrices, Span<T> lanes)
            where TLane : struct, ILane<TLane, T>
        {
            (T scale, T shift) = _parameters.Affine(edge);
            (int output, int input) = Math.DivRem(edge, plan.Inputs);
            int r = plan.Repetitions, first = (input * rows) + row;
            EdgeBackwardLoop<TLane, T> loop = new(
                plan, _angles.Of<TLane>(plan, _parameters, edge, _x, first, count), matrices, scale, shift, _x.Slice(first, count),
                _parameters.Frequencies.IsEmpty ? default : _parameters.Frequencies.Slice(edge * r, r),
                _dy.Slice((output * rows) + row, count), _dx.IsEmpty ? default : _dx.Slice(first, count), lanes);
            LaneLoop<TLane, T>.Run(ref loop, 0, count);
        }

        private void AddGradients(int edge, ReadOnlySpan<T> sums)
        {
            if (!_gradients.Angles.IsEmpty) _angles.AddGradients(plan, edge, sums, _gradients.Angles);
            for (int l = 0; l < plan.Repetitions; l++)
            {
                int index = (edge * plan.Repetitions) + l, sum = EdgeSums.Data(plan, l);
                if (!_gradients.Frequencies.IsEmpty) _gradients.Frequencies[index] += sums[sum];
                if (!_gradients.Offsets.IsEmpty) _gradients.Offsets[index] += sums[sum + 1];
            }
            if (!_gradients.Scales.IsEmpty) _gradients.Scales[edge] += sums[EdgeSums.Scale(plan)];
            if (!_gradients.Shifts.IsEmpty) _gradients.Shifts[edge] += sums[EdgeSums.Shift(plan)];
        }
    }
}
