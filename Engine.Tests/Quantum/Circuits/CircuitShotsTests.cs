using NUnit.Framework;
using QEngine.Quantum;
using QEngine.Tests.Support;

namespace QEngine.Tests.Quantum.Circuits;

/// <summary>Estimates of finitely many runs.</summary>
public sealed class CircuitShotsTests
{
    private const int Shots = 400, Rows = 500;

    private static readonly Circuit Circuit = new CircuitBuilder(2).RX(0, Angle.Input(0)).RY(1, Angle.Input(1)).CNOT(0, 1).Expect(PauliString.Z(0)).Probabilities().Expect(PauliString.X(1)).Build();

    [Test]
    public void Their_mean_and_deviation_are_those_of_the_outcomes()
    {
        double[] exact = CircuitRun.Results<double>(Circuit, [0.9, 0.6], []), all = [.. Enumerable.Range(0, Rows).SelectMany(_ => exact)];

        CircuitShots.Estimate<double>(Circuit, Shots, new SplittableRandom(5), all);

        for (int i = 0; i < exact.Length; i++)
        {
            double[] found = [.. all.Where((_, j) => j % exact.Length == i)];
            bool expectation = i is 0 or 5;
            double variance = (expectation ? 1 - (exact[i] * exact[i]) : exact[i] * (1 - exact[i])) / Shots;
            double mean = found.Average(), spread = found.Average(x => (x - exact[i]) * (x - exact[i]));
            // Four deviations of a mean; that of a variance is about its size times sqrt(2 / rows).
            Assert.That(mean, Is.EqualTo(exact[i]).Within(4 * Math.Sqrt(variance / Rows)), $"output {i}");
            Assert.That(spread, Is.EqualTo(variance).Within(4 * variance * Math.Sqrt(2.0 / Rows)), $"output {i}");
            double steps = found[0] * Shots * (expectation ? 0.5 : 1);
            Assert.That(steps, Is.EqualTo(Math.Round(steps)).Within(1e-9), "whole numbers of runs");
        }
        Assert.That(all.Chunk(6).Select(row => row[1..5].Sum()), Is.All.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void The_same_seed_gives_the_same_and_a_row_does_not_depend_on_later_ones()
    {
        double[] exact = CircuitRun.Results<double>(Circuit, [0.9, 0.6], []), one = [.. exact], two = [.. exact, .. exact], again = [.. exact, .. exact], other = [.. exact];

        CircuitShots.Estimate<double>(Circuit, Shots, new SplittableRandom(1), one);
        CircuitShots.Estimate<double>(Circuit, Shots, new SplittableRandom(1), two);
        CircuitShots.Estimate<double>(Circuit, Shots, new SplittableRandom(1), again);
        CircuitShots.Estimate<double>(Circuit, Shots, new SplittableRandom(2), other);

        Assert.That(two, Is.EqualTo(again));
        Assert.That(two[..6], Is.EqualTo(one));
        Assert.That(two[6..], Is.Not.EqualTo(one));
        Assert.That(other, Is.Not.EqualTo(one));
    }

    [Test]
    public void What_is_certain_stays_and_what_is_no_number_too()
    {
        float[] certain = [-1, 0, 0, 1, 0, 1], none = [float.NaN, 0, float.NaN, 0, 0, 0];

        CircuitShots.Estimate<float>(Circuit, 100, new SplittableRandom(1), certain);
        CircuitShots.Estimate<float>(Circuit, 100, new SplittableRandom(1), none.AsSpan());

        Assert.That(certain, Is.EqualTo(new float[] { -1, 0, 0, 1, 0, 1 }));
        Assert.That(none[0], Is.NaN);
        Assert.That(none[2], Is.NaN);
    }
}
