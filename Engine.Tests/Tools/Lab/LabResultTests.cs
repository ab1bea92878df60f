using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using QEngine.Tools.Lab;

namespace QEngine.Tests.Tools.Lab;

/// <summary>Means, intervals and verdicts.</summary>
public sealed class LabResultTests
{
    private static readonly LabMeasure Error = LabMeasure.SquaredError, Accuracy = LabMeasure.Accuracy;

    [TestCase(0.1, 0.2, PaperSays.FirstIsBetter, PaperSays.SecondIsBetter)]
    [TestCase(0.2, 0.1, PaperSays.SecondIsBetter, PaperSays.FirstIsBetter)]
    [TestCase(0.1, 0.1, PaperSays.Nothing, PaperSays.Nothing)]
    public void Two_figures_tell_which_model_a_publication_finds_better(double first, double second, object asError, object asAccuracy)
    {
        Assert.That(PaperClaim.Of(Error, first, second, "x").Says, Is.EqualTo(asError));
        Assert.That(PaperClaim.Of(Accuracy, first, second, "x").Says, Is.EqualTo(asAccuracy));
        Assert.That(PaperClaim.Of(Error, 0.5, 2e-5, "x").Figures, Is.EqualTo("0.5 vs 2E-05"));
    }

    [TestCase(PaperSays.FirstIsBetter, true, -0.3, -0.1, "confirmed")]
    [TestCase(PaperSays.FirstIsBetter, true, 0.1, 0.3, "contradicted")]
    [TestCase(PaperSays.FirstIsBetter, false, -0.3, -0.1, "contradicted")]
    [TestCase(PaperSays.FirstIsBetter, false, 0.1, 0.3, "confirmed")]
    [TestCase(PaperSays.SecondIsBetter, true, -0.3, -0.1, "contradicted")]
    [TestCase(PaperSays.SecondIsBetter, false, -0.3, -0.1, "confirmed")]
    [TestCase(PaperSays.FirstIsBetter, true, -0.3, 0.1, "not shown")]
    [TestCase(PaperSays.FirstIsBetter, true, 0, 0.3, "not shown")]
    [TestCase(PaperSays.SecondIsBetter, false, -0.3, 0, "not shown")]
    [TestCase(PaperSays.Nothing, true, -0.3, -0.1, "no claim")]
    public void A_verdict_follows_from_direction_and_interval(object says, bool lowerIsBetter, double low, double high, string verdict) =>
        Assert.That(LabVerdict.Of((PaperSays)says, lowerIsBetter, low, high), Is.EqualTo(verdict));

    // Differences 1, 2, 3: mean 2, deviation 1, t(0.975) of two degrees of freedom 4.302652729911275.
    [Test]
    public void An_interval_is_that_of_students_t_over_seeds()
    {
        LabComparison compared = Compare(Error, PaperSays.SecondIsBetter, [5, 7, 9], [4, 5, 6]);

        double half = 4.302652729911275 / Math.Sqrt(3);
        Assert.That(compared.Difference, Is.EqualTo(2).Within(1e-12));
        Assert.That(compared.Low, Is.EqualTo(2 - half).Within(1e-9));
        Assert.That(compared.High, Is.EqualTo(2 + half).Within(1e-9));
        Assert.That(compared.P, Is.EqualTo(0.0741799).Within(1e-6));
        Assert.That(compared.Verdict, Is.EqualTo(LabVerdict.NotShown));
    }

    [Test]
    public void Seeds_that_all_differ_alike_tell_nothing_of_the_spread()
    {
        LabComparison compared = Compare(Accuracy, PaperSays.FirstIsBetter, [0.5, 0.75], [0.25, 0.5]);

        Assert.That((compared.Low, compared.High, compared.P), Is.EqualTo(((double?)null, (double?)null, (double?)null)));
        Assert.That((compared.Difference, compared.Verdict), Is.EqualTo((0.25, LabVerdict.NotShown)));
    }

    [Test]
    public void A_model_has_mean_and_deviation_of_its_seeds()
    {
        LabModelResult model = LabModelResult.Of("m", [new(7, 1, [3, 2]), new(7, 2, [3, 1]), new(7, 6, [3, 0])]);

        Assert.That((model.Model, model.Parameters, model.Mean), Is.EqualTo(("m", 7, 3.0)));
        Assert.That(model.Deviation, Is.EqualTo(Math.Sqrt(7)).Within(1e-12));
        Assert.That(model.Values, Is.EqualTo(new[] { 1.0, 2, 6 }));
        Assert.That(model.Curves[2], Is.EqualTo(new[] { 3.0, 0 }));
    }

    [FsCheck.NUnit.Property]
    public Property Models_that_change_places_and_a_paper_that_does_too_have_the_same_verdict() =>
        Prop.ForAll(Gen.Choose(-1000, 1000).Select(i => i / 100.0).ArrayOf(4).Two().ToArbitrary(), pair =>
        {
            (double[] first, double[] second) = pair;
            foreach (LabMeasure measure in (LabMeasure[])[Error, Accuracy])
            {
                LabComparison one = Compare(measure, PaperSays.FirstIsBetter, first, second),
                    other = Compare(measure, PaperSays.SecondIsBetter, second, first);
                if (one.Verdict != other.Verdict || (one.Low is null) != (other.High is null)) return false;
                if (one.Low is { } low && Math.Abs(low + other.High!.Value) > 1e-9) return false;
            }
            return true;
        });

    private static LabComparison Compare(LabMeasure measure, PaperSays says, double[] first, double[] second) => LabComparison.Of(
        measure, new LabClaim("a", "b", new PaperClaim(says, "", "")), LabModelResult.Of("a", Outcomes(first)),
        LabModelResult.Of("b", Outcomes(second)));

    private static LabOutcome[] Outcomes(double[] values) => [.. values.Select(value => new LabOutcome(1, value, [1]))];
}
