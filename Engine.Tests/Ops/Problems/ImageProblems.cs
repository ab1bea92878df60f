using QEngine.Autodiff;
using QEngine.Kernels;
using QEngine.Ops;
using QEngine.Tensors;
using QEngine.Tests.Oracles;

namespace QEngine.Tests.Ops.Problems;

/// <summary>As many images as rows, of up to 5 x 6 pixels; the more columns, the more channels.</summary>
internal abstract class ImageProblem(OpSize size, RandomInputs random, int window, int stride, int padding)
    : OpProblem(random.Normal("x", size.Rows, Extents(size).Length))
{
    protected ImageWindows Windows { get; } = new(Extents(size), window, stride, padding);

    private static ImageShape Extents(OpSize size) => new(3 + (size.Columns % 3), 3 + (size.Columns % 4), 1 + (size.Columns / 4));
}

internal sealed class UnfoldProblem(OpSize size, RandomInputs random, int stride, int padding) : ImageProblem(size, random, 3, stride, padding)
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => Unfold.Apply(tape, Windows, inputs[0]);

    public override double[] Oracle(double[][] inputs) => ImageOracle.Patches(inputs[0], Windows);
}

internal sealed class MaxPool2dProblem(OpSize size, RandomInputs random, int stride) : ImageProblem(size, random, 2, stride, padding: 0)
{
    /// <summary>Where two pixels are almost the largest, a difference may swap them.</summary>
    public override bool NearKink => ImageOracle.Pooled(Values(0), Windows, pixels => pixels.Order().TakeLast(2).ToArray() is var top ? top[1] - top[0] : 0).Any(gap => gap < 1e-4);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => MaxPool2d.Apply(tape, Windows, inputs[0]);

    public override double[] Oracle(double[][] inputs) => ImageOracle.Pooled(inputs[0], Windows, pixels => pixels.Max());
}

internal sealed class AveragePool2dProblem(OpSize size, RandomInputs random, int stride) : ImageProblem(size, random, 2, stride, padding: 0)
{
    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs) => AveragePool2d.Apply(tape, Windows, inputs[0]);

    public override double[] Oracle(double[][] inputs) => ImageOracle.Pooled(inputs[0], Windows, pixels => pixels.Average());
}

/// <summary>By the moments of the batch, or by given ones.</summary>
internal sealed class BatchNormProblem(OpSize size, RandomInputs random, bool isTraining) : OpProblem(
    random.Normal("x", size.Rows + 2, size.Columns), random.Normal("gamma", 1, size.Columns, mean: 1), random.Normal("beta", 1, size.Columns))
{
    private const double Epsilon = 0.01;

    private readonly Moments<float> _single = new(size.Columns);
    private readonly Moments<double> _double = new(size.Columns);

    /// <summary>A column of nearly equal numbers.</summary>
    public override bool NearKink => isTraining && ImageOracle.Moments(Values(0), Size(0).Columns).Variance.Any(variance => variance < 0.01);

    public override Tensor<T> Apply<T>(Tape<T> tape, ReadOnlySpan<Tensor<T>> inputs)
    {
        object moments = typeof(T) == typeof(float) ? _single : _double;
        return BatchNorm.Apply(tape, inputs[0], inputs[1], inputs[2], ((Moments<T>)moments).Running, T.CreateTruncating(Epsilon), isTraining);
    }

    public override double[] Oracle(double[][] inputs)
    {
        (double[] mean, double[] variance) = isTraining ? ImageOracle.Moments(inputs[0], Size(0).Columns) : (Moments<double>.Means(Size(0).Columns), Moments<double>.Variances(Size(0).Columns));
        return ImageOracle.Normalized(inputs[0], mean, variance, Epsilon, inputs[1], inputs[2]);
    }

    private sealed class Moments<T>(int columns)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        public RunningMoments<T> Running { get; } = new(Of(Means(columns)), Of(Variances(columns)), T.CreateTruncating(0.1));

        public static double[] Means(int columns) => [.. Enumerable.Range(0, columns).Select(c => (c % 5) - 2.0)];

        public static double[] Variances(int columns) => [.. Enumerable.Range(0, columns).Select(c => 0.5 + (c % 3))];

        private static Tensor<T> Of(double[] values) => new(Array.ConvertAll(values, T.CreateTruncating), Shape.Vector(values.Length));
    }
}
