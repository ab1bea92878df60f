using System.Numerics;

namespace QEngine.Layers;

/// <summary>How a parameter gets its first values.</summary>
public abstract class Initializer
{
    private Initializer()
    {
    }

    /// <summary>All zeros.</summary>
    public static Initializer Zeros { get; } = new Constant(0);

    /// <summary>All ones.</summary>
    public static Initializer Ones { get; } = new Constant(1);

    /// <summary>All the same number.</summary>
    /// <param name="value">The number.</param>
    internal static Initializer Same(double value) => new Constant(value);

    /// <summary>Given numbers, again and again.</summary>
    /// <param name="values">The numbers, at least one.</param>
    internal static Initializer Repeated(double[] values) => new Cycle(values);

    /// <summary>Normal with mean 0.</summary>
    /// <param name="deviation">Standard deviation.</param>
    public static Initializer Normal(double deviation) => new Gaussian(deviation);

    /// <summary>Uniform in [-bound, bound].</summary>
    /// <param name="bound">Largest absolute value.</param>
    public static Initializer Uniform(double bound) => new Flat(bound);

    /// <summary>Fills a parameter.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="random">A generator of the parameter's own.</param>
    /// <param name="values">The elements.</param>
    public void Fill<T>(SplittableRandom random, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < values.Length; i++) values[i] = T.CreateTruncating(Draw(ref random, i));
    }

    private protected abstract double Draw(ref SplittableRandom random, int index);

    private sealed class Constant(double value) : Initializer
    {
        private protected override double Draw(ref SplittableRandom random, int index) => value;
    }

    private sealed class Cycle(double[] values) : Initializer
    {
        private protected override double Draw(ref SplittableRandom random, int index) => values[index % values.Length];
    }

    private sealed class Gaussian(double deviation) : Initializer
    {
        private protected override double Draw(ref SplittableRandom random, int index) => deviation * random.NextGaussian();
    }

    private sealed class Flat(double bound) : Initializer
    {
        private protected override double Draw(ref SplittableRandom random, int index) => bound * ((2 * random.NextDouble()) - 1);
    }
}
