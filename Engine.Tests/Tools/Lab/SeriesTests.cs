using NUnit.Framework;
using QEngine.Tensors;
using QEngine.Tools.Lab;

namespace QEngine.Tests.Tools.Lab;

/// <summary>Series against closed forms, tables and their own equations.</summary>
public sealed class SeriesTests
{
    [Test]
    public void Series_without_noise_are_their_formulas()
    {
        double[] damped = QasaSeries.Damped(), wave = QasaSeries.Waveform(), saw = QasaSeries.Sawtooth(), square = QasaSeries.Square();
        double[] logistic = QasaSeries.Logistic();
        Assert.That(new[] { damped, wave, saw, square, logistic }.Select(series => series.Length), Is.All.EqualTo(500));
        for (int i = 0; i < 500; i++)
        {
            double t = i * 50.0 / 499;
            Assert.That(wave[i], Is.EqualTo(Math.Sin(t)).Within(1e-12));
            Assert.That(damped[i], Is.EqualTo(Math.Exp(-t / 20) * wave[i]).Within(1e-12));
            // From one jump to the next a line of slope 1/5 through 0.
            Assert.That(saw[i], Is.EqualTo((t - (10 * Math.Floor((t + 5) / 10))) / 5).Within(1e-12));
            Assert.That(square[i], Is.EqualTo(1).Or.EqualTo(-1));
        }
        Assert.That(logistic[0], Is.EqualTo(0.2));
        Assert.That(logistic[1], Is.EqualTo(0.624).Within(1e-12));
        Assert.That(logistic[2], Is.EqualTo(3.9 * 0.624 * 0.376).Within(1e-12));
        Assert.That(square[0], Is.EqualTo(1));
        // t = 5: a period of 7.397 with 0.548 of it above, so that it is down; at t = 8 another has begun.
        Assert.That(square[50], Is.EqualTo(-1));
        Assert.That(square[90], Is.EqualTo(1));
    }

    [Test]
    public void Noise_has_its_law_and_is_the_same_every_time()
    {
        double[] noisy = QasaSeries.NoisyDamped(), piecewise = QasaSeries.Piecewise(), seasonal = QasaSeries.Seasonal(), arma = QasaSeries.Arma();
        double[] ofNoisy = Rest(noisy, i => Math.Exp(-0.05 * i) * Math.Sin(0.4 * Math.PI * i)), ofSeasonal = Rest(seasonal, i => (0.03 * i) + Math.Sin(0.4 * i));

        Assert.That(Deviation(ofNoisy), Is.EqualTo(0.05).Within(0.005));
        Assert.That(Deviation(ofSeasonal), Is.EqualTo(0.2).Within(0.02));
        Assert.That(piecewise[50], Is.EqualTo(2.5).Within(0.06));
        Assert.That(piecewise[202], Is.EqualTo(2).Within(0.12));
        Assert.That(piecewise[352], Is.EqualTo((-0.15 * 352) + 40 - 2).Within(0.12));
        // Variance of ARMA(2, 1): psi weights 1, 1.4, 0.8, 0.25, -0.0125, ... squared and added up.
        Assert.That(Deviation(arma), Is.EqualTo(Math.Sqrt(ArmaVariance())).Within(0.25));
        Assert.That(QasaSeries.Arma(), Is.EqualTo(arma));
        Assert.That(QasaSeries.Seasonal(), Is.EqualTo(seasonal));
    }

    // Abramowitz and Stegun, tables 9.1 and 9.2.
    [TestCase(0, 1.0, 0.7651976865579666)]
    [TestCase(2, 2.0, 0.3528340286156377)]
    [TestCase(2, 10.0, 0.2546303136851206)]
    [TestCase(1, 5.0, -0.3275791375914652)]
    [TestCase(0, 100.0, 0.0199858503042231)]
    public void Bessel_functions_are_those_of_the_tables(int order, double x, double value) =>
        Assert.That(RecurrentSeries.Bessel(order, x), Is.EqualTo(value).Within(1e-12));

    [Test]
    public void Bessel_functions_satisfy_their_recurrence()
    {
        double[] series = RecurrentSeries.BesselJ2();
        Assert.That(series, Has.Length.EqualTo(256));
        for (int i = 0; i < series.Length; i++)
        {
            double x = 2 + (98.0 * i / 255);
            Assert.That(RecurrentSeries.Bessel(1, x) + RecurrentSeries.Bessel(3, x), Is.EqualTo(4 / x * series[i]).Within(1e-12));
        }
    }

    // With angle for sine the equation is linear: theta' = 3 e^(-0.075 t) (cos w t - 0.075 / w sin w t), w^2 = 9.81 - 0.075^2.
    [Test]
    public void A_pendulum_without_sine_is_the_harmonic_oscillator()
    {
        double[] series = RecurrentSeries.Pendulum(240, 20, angle => angle);
        double w = Math.Sqrt(9.81 - (0.075 * 0.075));
        for (int i = 0; i < series.Length; i++)
        {
            double t = i * 20.0 / 239, exact = 3 * Math.Exp(-0.075 * t) * (Math.Cos(w * t) - (0.075 / w * Math.Sin(w * t)));
            Assert.That(series[i], Is.EqualTo(exact).Within(1e-9));
        }
    }

    [Test]
    public void A_pendulum_loses_energy_and_never_gains_any()
    {
        double[] series = RecurrentSeries.DampedPendulum();
        Assert.That(series, Has.Length.EqualTo(240));
        Assert.That(series[0], Is.EqualTo(3));
        Assert.That(series.Select(Math.Abs).Max(), Is.EqualTo(3));
        Assert.That(series.TakeLast(40).Select(Math.Abs).Max(), Is.LessThan(1));
    }

    [Test]
    public void Narma_follows_its_equation()
    {
        double[] two = RecurrentSeries.Narma(2), ten = RecurrentSeries.Narma(10);
        Assert.That((two.Length, ten.Length, ten[9]), Is.EqualTo((300, 300, 0.0)));
        Assert.That(RecurrentSeries.NarmaInput(0), Is.EqualTo(0.1));
        Assert.That(two[2], Is.EqualTo((0.6 * Math.Pow(RecurrentSeries.NarmaInput(1), 3)) + 0.1).Within(1e-15));
        Assert.That(ten[10], Is.EqualTo((1.5 * 0.1 * RecurrentSeries.NarmaInput(9)) + 0.1).Within(1e-15));
        double sum = ten[100..110].Sum();
        Assert.That(
            ten[110],
            Is.EqualTo((0.3 * ten[109]) + (0.05 * ten[109] * sum) + (1.5 * RecurrentSeries.NarmaInput(100) * RecurrentSeries.NarmaInput(109)) + 0.1).Within(1e-12));
    }

    [Test]
    public void Windows_have_what_comes_next()
    {
        float[] scaled = SeriesWindows.Scaled([0, 1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.That(scaled, Is.EqualTo(new[] { -1, -0.75f, -0.5f, -0.25f, 0, 0.25f, 0.5f, 0.75f, 1 }));
        Examples next = SeriesWindows.OfNext([0, 1, 2, 3, 4, 5, 6, 7, 8], 1, 3, 4), every = SeriesWindows.OfEveryNext([0, 1, 2, 3, 4, 5, 6, 7, 8], 1, 3, 4);
        Assert.That(next.Inputs, Is.EqualTo(new float[] { 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6 }));
        Assert.That((next.Count, next.Input), Is.EqualTo((3, new Shape(4, 1))));
        Assert.That(next.MeanSquaredError([5, 6, 7]), Is.Zero);
        Assert.That(every.Inputs, Is.EqualTo(next.Inputs));
        Assert.That(every.MeanSquaredError([2, 3, 4, 5, 3, 4, 5, 6, 4, 5, 6, 7]), Is.Zero);
    }

    private static double[] Rest(double[] series, Func<int, double> formula) => [.. series.Select((value, i) => value - formula(i))];

    private static double Deviation(double[] values) => Math.Sqrt(values.Select(value => value * value).Average() - Math.Pow(values.Average(), 2));

    private static double ArmaVariance()
    {
        (double before, double last, double sum) = (1, 1.4, 1 + (1.4 * 1.4));
        for (int i = 0; i < 200; i++)
        {
            (before, last) = (last, (0.75 * last) - (0.25 * before));
            sum += last * last;
        }
        return sum;
    }
}
