using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Tests.Oracles;
using QEngine.Tests.Simd;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class ElementwiseTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Several chunks and a tail.
    private static readonly int[] Lengths = [.. AwkwardSizes.All, 16383, 16384, 16385, 50_021];

    private static readonly T Two = T.CreateTruncating(2), Half = T.CreateTruncating(0.5), Shift = T.CreateTruncating(-0.25);

    [Test]
    public void Gelu_is_the_definition() => Forward("Gelu", new Gelu<T>(), FormulaOracle.Gelu);

    [Test]
    public void Gelu_backward_adds_the_slope() => BackwardFromArgument("Gelu backward", new GeluBackward<T>(), FormulaOracle.GeluSlope);

    [Test]
    public void Tanh_is_the_definition() => Forward("Tanh", new Tanh<T>(), Math.Tanh);

    [Test]
    public void Tanh_backward_adds_the_slope() => BackwardFromResult("Tanh backward", new TanhBackward<T>(), Math.Tanh, FormulaOracle.TanhSlope);

    [Test]
    public void Atan_is_the_definition() => Forward("Atan", new Atan<T>(), Math.Atan);

    [Test]
    public void Atan_backward_adds_the_slope() => BackwardFromArgument("Atan backward", new AtanBackward<T>(), x => 1 / (1 + (x * x)));

    [Test]
    public void Products_of_elements()
    {
        foreach (int length in Lengths)
        {
            T[] x = Samples.Uniform<T>(25, length), y = Samples.Uniform<T>(26, length);
            Trial<T> trial = new($"products, {length}");
            GuardedSpan<T> a = trial.Input(x), b = trial.Input(y), products = trial.Output(length);

            trial.Run(workers => Elementwise.Apply<Hadamard<T>, T>(workers, default, a.Span, b.Span, products.Span));

            Bits.AreEqual<T>(trial.What, products.Span, [.. x.Zip(y, (u, v) => u * v)]);
        }
    }

    [Test]
    public void ScaledExp_is_the_definition() => Forward("ScaledExp", new ScaledExp<T>(Two, Half), x => 2 * Math.Exp(0.5 * x));

    [Test]
    public void ScaledExp_backward_adds_the_slope() =>
        BackwardFromResult("ScaledExp backward", new ScaledExpBackward<T>(Half), x => 2 * Math.Exp(0.5 * x), x => Math.Exp(0.5 * x));

    [Test]
    public void Affine_is_the_definition() => Forward("Affine", new Affine<T>(Two, Shift), x => (2 * x) - 0.25);

    [Test]
    public void Affine_backward_adds_the_slope()
    {
        foreach (int length in Lengths)
        {
            T[] upstream = Samples.Uniform<T>(2, length), before = Samples.Uniform<T>(3, length);
            double[] expected = [.. upstream.Zip(before, (dy, dx) => (2 * double.CreateTruncating(dy)) + double.CreateTruncating(dx))];
            Trial<T> trial = new($"Affine backward, {length}");
            GuardedSpan<T> dy = trial.Input(upstream), dx = trial.InOut(before);

            trial.Run(workers => Elementwise.Apply<AddScaled<T>, T>(workers, new(Two), dy.Span, dx.Span, dx.Span));

            Near.Values<T>(trial.What, dx.Span, expected, 1);
        }
    }

    [Test]
    public void Gelu_gradient_takes_the_place_of_the_upstream_gradient()
    {
        foreach (int length in Lengths)
        {
            T[] x = Samples.Uniform<T>(21, length, -5, 5), upstream = Samples.Uniform<T>(22, length), added = new T[length];
            Elementwise.Apply(WorkerPool.Single, new GeluBackward<T>(), x, upstream, added, added);
            Trial<T> trial = new($"Gelu gradient, {length}");
            GuardedSpan<T> argument = trial.Input(x), dy = trial.InOut(upstream);

            trial.Run(workers => Elementwise.Apply<GeluGradient<T>, T>(workers, default, argument.Span, dy.Span, dy.Span));

            Bits.AreEqual<T>(trial.What, dy.Span, added);
        }
    }

    [Test]
    public void Sums_and_zeros()
    {
        foreach (int length in (int[])[.. Lengths, (1 << 18) + 5])
        {
            T[] x = Samples.Uniform<T>(23, length), y = Samples.Uniform<T>(24, length);
            Trial<T> sums = new($"sum, {length}"), zeros = new($"clear, {length}");
            GuardedSpan<T> summand = sums.Input(x), sum = sums.InOut(y), cleared = zeros.InOut(x);

            sums.Run(workers => Elementwise.Add<T>(workers, summand.Span, sum.Span));
            zeros.Run(workers => Elementwise.Clear(workers, cleared.Span));

            for (int i = 0; i < length; i++) y[i] += x[i];
            Bits.AreEqual<T>(sums.What, sum.Span, y);
            Bits.AreEqual<T>(zeros.What, cleared.Span, new T[length]);
        }
    }

    [Test]
    public void Gelu_of_large_arguments_is_the_argument_or_0()
    {
        T[] x = [T.CreateTruncating(7), T.CreateTruncating(1e6), T.CreateTruncating(1e30), T.CreateTruncating(-1e6), T.CreateTruncating(-1e30)], y = new T[5], dx = new T[5], ones = [T.One, T.One, T.One, T.One, T.One];

        Elementwise.Apply(WorkerPool.Single, new Gelu<T>(), x, y);
        Elementwise.Apply(WorkerPool.Single, new GeluBackward<T>(), x, ones, dx, dx);

        Near.Values<T>("GELU of 7", y.AsSpan(0, 1), [FormulaOracle.Gelu(7)], 1);
        Assert.That(y[1..], Is.EqualTo(new[] { x[1], x[2], T.Zero, T.Zero }));
        Assert.That(dx[1..], Is.EqualTo(new[] { T.One, T.One, T.Zero, T.Zero }));
    }

    [Test]
    public void An_element_is_bit_identical_wherever_it_stands_and_whatever_stands_beside_it()
    {
        T[] x = [
            .. Samples.Uniform<T>(3, 61, -9, 9), T.NegativeZero, T.Epsilon, T.CreateTruncating(-200), T.CreateTruncating(200), .. Samples.Uniform<T>(4, 5, -9, 9),
            T.NegativeInfinity, T.PositiveInfinity, T.NaN, T.CreateTruncating(1e30), .. Samples.Uniform<T>(5, 9, -9, 9)];

        Alone("Gelu", new Gelu<T>(), x);
        Alone("Tanh", new Tanh<T>(), x);
        Alone("Atan", new Atan<T>(), x);
        Alone("ScaledExp", new ScaledExp<T>(Two, Half), x);
        Alone("Affine", new Affine<T>(Two, Half), x);
    }

    [Test]
    public void Lengths_that_differ_are_refused()
    {
        T[] two = new T[2], three = new T[3];

        Assert.Throws<ArgumentException>(() => Elementwise.Apply(WorkerPool.Single, new Gelu<T>(), two, three));
        Assert.Throws<ArgumentException>(() => Elementwise.Apply(WorkerPool.Single, new GeluBackward<T>(), two, three, three, three));
        Assert.Throws<ArgumentException>(() => Elementwise.Apply(WorkerPool.Single, new GeluBackward<T>(), three, two, three, three));
        Assert.Throws<ArgumentException>(() => Elementwise.Apply(WorkerPool.Single, new GeluBackward<T>(), three, three, two, three));
    }

    private static void Alone<TFormula>(string what, TFormula formula, T[] x)
        where TFormula : struct, IUnary<T>
    {
        T[] together = new T[x.Length], alone = new T[1];
        Elementwise.Apply<TFormula, T>(WorkerPool.Single, formula, x, together);
        for (int i = 0; i < x.Length; i++)
        {
            Elementwise.Apply<TFormula, T>(WorkerPool.Single, formula, x.AsSpan(i, 1), alone);
            // NaN may differ in its payload.
            if (!T.IsNaN(alone[0]) || !T.IsNaN(together[i])) Bits.AreEqual<T>($"{what} of {x[i]}", alone, together.AsSpan(i, 1));
        }
    }

    private static void Forward<TFormula>(string what, TFormula formula, Func<double, double> oracle)
        where TFormula : struct, IUnary<T>
    {
        foreach (int length in Lengths)
        {
            T[] data = Samples.Uniform<T>(1, length, -6, 6);
            Trial<T> trial = new($"{what}, {length}");
            GuardedSpan<T> x = trial.Input(data), y = trial.Output(length), inPlace = trial.InOut(data);

            trial.Run(workers =>
            {
                Elementwise.Apply<TFormula, T>(workers, formula, x.Span, y.Span);
                Elementwise.Apply<TFormula, T>(workers, formula, inPlace.Span, inPlace.Span);
            });

            Near.Values<T>(trial.What, y.Span, [.. Samples.Exact<T>(data).Select(oracle)], 1);
            Bits.AreEqual<T>($"{trial.What}, in place", inPlace.Span, y.Span);
        }
    }

    private static void BackwardFromArgument<TBackward>(string what, TBackward backward, Func<double, double> slope)
        where TBackward : struct, ITernary<T> => BackwardFromResult(what, backward, x => x, slope);

    private static void BackwardFromResult<TBackward>(string what, TBackward backward, Func<double, double> forward, Func<double, double> slope)
        where TBackward : struct, ITernary<T>
    {
        foreach (int length in Lengths)
        {
            T[] data = Samples.Uniform<T>(1, length, -6, 6), upstream = Samples.Uniform<T>(2, length), before = Samples.Uniform<T>(3, length);
            T[] kept = [.. data.Select(x => T.CreateTruncating(forward(double.CreateTruncating(x))))];
            double[] expected = Samples.Exact<T>(before);
            for (int i = 0; i < length; i++) expected[i] += double.CreateTruncating(upstream[i]) * slope(double.CreateTruncating(data[i]));
            Trial<T> trial = new($"{what}, {length}");
            GuardedSpan<T> saved = trial.Input(kept), dy = trial.Input(upstream), dx = trial.InOut(before);

            trial.Run(workers => Elementwise.Apply<TBackward, T>(workers, backward, saved.Span, dy.Span, dx.Span, dx.Span));

            Near.Values<T>(trial.What, dx.Span, expected, 1);
        }
    }
}

[TestFixture]
public sealed class ElementwiseGradientTests
{
    private static readonly double[] X = Samples.Uniform<double>(1, 40, -4, 4), Upstream = Samples.Uniform<double>(2, 40);

    [Test]
    public void Gelu_backward_agrees_with_central_differences() => Check(new Gelu<double>(), new GeluBackward<double>(), fromResult: false);

    [Test]
    public void Tanh_backward_agrees_with_central_differences() => Check(new Tanh<double>(), new TanhBackward<double>(), fromResult: true);

    [Test]
    public void ScaledExp_backward_agrees_with_central_differences() =>
        Check(new ScaledExp<double>(1.5, 0.4), new ScaledExpBackward<double>(0.4), fromResult: true);

    private static void Check<TFormula, TBackward>(TFormula formula, TBackward backward, bool fromResult)
        where TFormula : struct, IUnary<double>
        where TBackward : struct, ITernary<double>
    {
        double[] y = new double[X.Length], dx = new double[X.Length];
        Elementwise.Apply<TFormula, double>(WorkerPool.Single, formula, X, y);

        Elementwise.Apply<TBackward, double>(WorkerPool.Single, backward, fromResult ? y : X, Upstream, dx, dx);

        Near.Gradients(typeof(TFormula).Name, dx, CentralDifferences.Gradient(X, x =>
        {
            double[] moved = new double[x.Length];
            Elementwise.Apply<TFormula, double>(WorkerPool.Single, formula, x, moved);
            return CentralDifferences.Dot(Upstream, moved);
        }));
    }
}

/// <summary>GELU in single precision over all magnitudes, with every lane.</summary>
[TestFixture]
public sealed class GeluAccuracyTests
{
    // As the documentation of Gelu promises, in parts of the argument's size; the slope has one product more.
    private const double Promised = 2e-7, PromisedSlope = 4e-7;

    [Test]
    public void Gelu_is_within_its_bound_of_the_definition()
    {
        List<float> arguments = [];
        for (int bits = 90 << 23; bits < 140 << 23; bits += 4099)
        {
            arguments.Add(BitConverter.Int32BitsToSingle(bits));
            arguments.Add(-BitConverter.Int32BitsToSingle(bits));
        }
        float[] x = [.. arguments];

        foreach ((string lane, float[] y) in LaneLoop.EveryLane(default(Gelu<float>), x))
        {
            double worst = x.Zip(y, (argument, found) => Math.Abs(found - FormulaOracle.Gelu(argument)) / Math.Abs(argument)).Max();
            TestContext.Out.WriteLine($"GELU, lane {lane}: {worst:E2} |x|");
            Assert.That(worst, Is.LessThan(Promised), lane);
        }
        foreach ((string lane, float[] slope) in LaneLoop.EveryLane(default(GeluDerivative), x))
        {
            double worst = x.Zip(slope, (argument, found) => Math.Abs(found - FormulaOracle.GeluSlope(argument))).Max();
            TestContext.Out.WriteLine($"GELU's slope, lane {lane}: {worst:E2}");
            Assert.That(worst, Is.LessThan(PromisedSlope), lane);
        }
    }

    [Test]
    public void Gelu_of_special_values()
    {
        float[] x = [0, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1e30f, -1e30f, float.Epsilon, -6, 6];

        foreach ((string lane, float[] y) in LaneLoop.EveryLane(default(Gelu<float>), x))
            Assert.That(y, Is.EqualTo(new[] { 0, 0, float.PositiveInfinity, 0, float.NaN, 1e30f, 0, 0, 0, 6 }), lane);
        foreach ((string lane, float[] slope) in LaneLoop.EveryLane(default(GeluDerivative), x))
            Assert.That(slope, Is.EqualTo(new[] { 0.5f, 0.5f, 1, 0, float.NaN, 1, 0, 0.5f, 0, 1 }), lane);
    }

    private readonly struct GeluDerivative : IUnary<float>
    {
        public TLane Invoke<TLane>(TLane x)
            where TLane : struct, ILane<TLane, float> => GeluLanes<TLane, float>.Derivative(x);
    }
}
