using MathNet.Numerics;
using NUnit.Framework;
using QEngine.Statistics;

namespace QEngine.Tests.Statistics;

/// <summary>Student's t distribution and what it is computed from, against tables and a second implementation.</summary>
public sealed class StudentTTests
{
    // The tables of the distribution: the value that is exceeded, on both sides together, with the probability.
    [TestCase(1, 12.706205, 0.05)]
    [TestCase(2, 4.302653, 0.05)]
    [TestCase(9, 2.262157, 0.05)]
    [TestCase(9, 3.249836, 0.01)]
    [TestCase(30, 2.042272, 0.05)]
    [TestCase(42, 2.018082, 0.05)]
    [TestCase(120, 2.617421, 0.01)]
    public void Tables(int degreesOfFreedom, double t, double p)
    {
        Assert.That(StudentT.TwoSided(t, degreesOfFreedom), Is.EqualTo(p).Within(1e-7));
        Assert.That(StudentT.TwoSided(-t, degreesOfFreedom), Is.EqualTo(p).Within(1e-7));
        Assert.That(StudentT.Quantile(p, degreesOfFreedom), Is.EqualTo(t).Within(1e-6));
    }

    [Test]
    public void The_quantile_is_the_inverse()
    {
        foreach (double degrees in new[] { 1, 1.7, 42, 1e5 })
        {
            foreach (double p in new[] { 1e-6, 0.05, 0.4, 0.999 })
                Assert.That(StudentT.TwoSided(StudentT.Quantile(p, degrees), degrees), Is.EqualTo(p).Within(1e-9).Percent, $"{degrees} {p}");
        }
        Assert.That(StudentT.Quantile(0.05, 1e9), Is.EqualTo(StudentT.Normal975).Within(1e-6));
        Assert.That(() => StudentT.Quantile(0, 5), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void One_and_two_degrees_of_freedom_have_closed_forms()
    {
        foreach (double t in new[] { 1e-9, 0.01, 0.5, 1, 3, 100, 1e6, 1e150 })
        {
            Assert.That(StudentT.TwoSided(t, 1), Is.EqualTo(2 / Math.PI * Math.Atan(1 / t)).Within(1e-12).Percent, $"Cauchy, {t}");
            double root = Math.Sqrt(2 + (t * t)), upper = 2 / (root * (root + t));
            Assert.That(StudentT.TwoSided(t, 2), Is.EqualTo(upper).Within(1e-11).Percent, $"{t}");
        }
    }

    [Test]
    public void Ends()
    {
        Assert.That(StudentT.TwoSided(0, 5), Is.EqualTo(1));
        Assert.That(StudentT.TwoSided(double.PositiveInfinity, 5), Is.Zero);
        Assert.That(StudentT.TwoSided(1e200, 5), Is.Zero);
        Assert.That(() => StudentT.TwoSided(double.NaN, 5), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => StudentT.TwoSided(1, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => StudentT.TwoSided(1, double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_larger_value_is_less_likely()
    {
        foreach (int degreesOfFreedom in new[] { 1, 2, 3, 10, 42, 1000, 100_000 })
        {
            double last = 1;
            for (double t = 0.05; t < 30; t += 0.05)
            {
                double p = StudentT.TwoSided(t, degreesOfFreedom);
                Assert.That(p, Is.LessThan(last), $"{t} on {degreesOfFreedom}");
                last = p;
            }
        }
    }

    [Test]
    public void The_incomplete_beta_function_is_the_second_implementations()
    {
        foreach (double a in new[] { 0.5, 1, 2.5, 21, 150, 3500 })
            foreach (double b in new[] { 0.5, 1, 7 })
                foreach (double x in new[] { 0, 1e-6, 0.1, 0.5, 0.9, 0.999, 1 })
                {
                    double expected = SpecialFunctions.BetaRegularized(a, b, x);
                    Assert.That(IncompleteBeta.Regularized(a, b, x, 1 - x), Is.EqualTo(expected).Within(1e-10 * expected + 1e-300), $"I_{x}({a}, {b})");
                }
    }

    [Test]
    public void The_logarithm_of_the_gamma_function_is_that_of_the_factorial()
    {
        double sum = 0;
        for (int n = 1; n <= 200; n++)
        {
            Assert.That(IncompleteBeta.LogGamma(n), Is.EqualTo(sum).Within(1e-14 * Math.Max(1, sum)), $"{n}");
            sum += Math.Log(n);
        }
        Assert.That(IncompleteBeta.LogGamma(0.5), Is.EqualTo(Math.Log(Math.PI) / 2).Within(1e-15));
        Assert.That(IncompleteBeta.LogGamma(0.25), Is.EqualTo(SpecialFunctions.GammaLn(0.25)).Within(1e-14));
    }
}
