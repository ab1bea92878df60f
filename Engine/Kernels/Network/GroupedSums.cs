using System.Numerics;
using QEngine.Simd;
using QEngine.Workers;

namespace QEngine.Kernels;

/// <summary>
/// Weighted sums of the inputs of a group: y[r, s G + g] = b[s G + g] + the sum over the inputs i of group g of W[s, i] x[r, i]
/// (<see cref="InputGroups"/>). A linear map whose matrix is zero between groups, as a grouped convolution's.
/// </summary>
internal static class GroupedSums
{
    // Inputs an item of the weights' gradient covers.
    private const int Strip = 64;

    /// <summary>Forward.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="groups">The plan: d inputs, k outputs, G groups.</param>
    /// <param name="x">[rows, d].</param>
    /// <param name="weight">[k / G, d].</param>
    /// <param name="bias">[k].</param>
    /// <param name="y">[rows, k].</param>
    /// <exception cref="ArgumentException">The lengths do not fit the plan, or an output overlaps another argument.</exception>
    public static void Forward<T>(
        WorkerPool workers, InputGroups groups, ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Require.Rows(x, groups.Inputs);
        Require.Elements(weight, (long)groups.OutputsPerGroup * groups.Inputs);
        Require.Elements(bias, groups.Outputs);
        Require.Elements<T>(y, (long)rows * groups.Outputs);
        Require.Apart(y, x, weight, bias);
        ForwardKernel<T> kernel = new(groups, x, weight, bias, y);
        RangeKernel.Run<ForwardKernel<T>, T>(workers, rows, weight.Length, ref kernel);
    }

    /// <summary>The gradient of the inputs.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="groups">The plan.</param>
    /// <param name="dy">[rows, k].</param>
    /// <param name="weight">[k / G, d].</param>
    /// <param name="dx">[rows, d], accumulated.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the plan, or an output overlaps another argument.</exception>
    public static void BackwardInputs<T>(
        WorkerPool workers, InputGroups groups, ReadOnlySpan<T> dy, ReadOnlySpan<T> weight, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Require.Rows(dy, groups.Outputs);
        Require.Elements(weight, (long)groups.OutputsPerGroup * groups.Inputs);
        Require.Elements<T>(dx, (long)rows * groups.Inputs);
        Require.Apart(dx, dy, weight);
        InputsKernel<T> kernel = new(groups, dy, weight, dx);
        RangeKernel.Run<InputsKernel<T>, T>(workers, rows, weight.Length, ref kernel);
    }

    /// <summary>The gradient of the weights; that of the bias is <see cref="Bias.Backward"/>.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="groups">The plan.</param>
    /// <param name="dy">[rows, k].</param>
    /// <param name="x">[rows, d].</param>
    /// <param name="dweight">[k / G, d], accumulated, rows added in order.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the plan, or an output overlaps another argument.</exception>
    public static void BackwardWeights<T>(
        WorkerPool workers, InputGroups groups, ReadOnlySpan<T> dy, ReadOnlySpan<T> x, Span<T> dweight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Require.Rows(dy, groups.Outputs);
        Require.Elements(x, (long)rows * groups.Inputs);
        Require.Elements<T>(dweight, (long)groups.OutputsPerGroup * groups.Inputs);
        Require.Apart(dweight, dy, x);
        int strips = (groups.Inputs + Strip - 1) / Strip;
        WeightsKernel<T> kernel = new(groups, dy, x, dweight, strips);
        RangeKernel.Run<WeightsKernel<T>, T>(workers, groups.OutputsPerGroup * strips, (long)rows * Strip, ref kernel);
    }

    private readonly ref struct ForwardKernel<T>(
        InputGroups groups, ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> y) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x, _weight = weight, _bias = bias;
        private readonly Span<T> _y = y;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int d = groups.Inputs, k = groups.Outputs;
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<T> x = _x.Slice(row * d, d);
                Span<T> y = _y.Slice(row * k, k);
                _bias.CopyTo(y);
                for (int s = 0; s < groups.OutputsPerGroup; s++)
                {
                    for (int input = 0, length; input < d; input += length)
                    {
                        length = groups.Run(input, d);
                        Span<T> sums = y.Slice((s * groups.Count) + groups.Group(input), length);
                        Pointwise<TLane, T>.Apply(
                            default(Product<T>), sums, _weight.Slice((s * d) + input, length), x.Slice(input, length), sums);
                    }
                }
            }
        }
    }

    private readonly ref struct InputsKernel<T>(InputGroups groups, ReadOnlySpan<T> dy, ReadOnlySpan<T> weight, Span<T> dx)
        : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy, _weight = weight;
        private readonly Span<T> _dx = dx;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            int d = groups.Inputs, k = groups.Outputs;
            for (int row = from; row < to; row++)
            {
                for (int s = 0; s < groups.OutputsPerGroup; s++)
                {
                    for (int input = 0, length; input < d; input += length)
                    {
                        length = groups.Run(input, d);
                        Span<T> dx = _dx.Slice((row * d) + input, length);
                        ReadOnlySpan<T> dy = _dy.Slice((row * k) + (s * groups.Count) + groups.Group(input), length);
                        Pointwise<TLane, T>.Apply(default(Product<T>), dx, _weight.Slice((s * d) + input, length), dy, dx);
                    }
                }
            }
        }
    }

    /// <summary>A unit is a strip of the inputs for one output of every group.</summary>
    private readonly ref struct WeightsKernel<T>(
        InputGroups groups, ReadOnlySpan<T> dy, ReadOnlySpan<T> x, Span<T> dweight, int strips) : IRangeKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy, _x = x;
        private readonly Span<T> _dweight = dweight;

        void IRangeKernel<T>.Run<TLane>(int from, int to)
        {
            for (int unit = from; unit < to; unit++) Add<TLane>(unit / strips, unit % strips * Strip);
        }

        private void Add<TLane>(int s, int start)
            where TLane : struct, ILane<TLane, T>
        {
            int d = groups.Inputs, k = groups.Outputs, end = Math.Min(d, start + Strip);
            for (int row = 0; row < _x.Length / d; row++)
            {
                for (int input = start, length; input < end; input += length)
                {
                    length = groups.Run(input, end);
                    Span<T> dweight = _dweight.Slice((s * d) + input, length);
                    ReadOnlySpan<T> dy = _dy.Slice((row * k) + (s * groups.Count) + groups.Group(input), length);
                    Pointwise<TLane, T>.Apply(default(Product<T>), dweight, _x.Slice((row * d) + input, length), dy, dweight);
                }
            }
        }
    }
}
