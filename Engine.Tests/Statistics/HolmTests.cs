using NUnit.Framework;
using QEngine.Statistics;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Statistics;

/// <summary>Holm's correction by hand and by its laws.</summary>
public sealed class HolmTests
{
    // In order: 4 of 0.005, 3 of 0.01, 2 of 0.03, and 0.04, which may not fall below the one before.
    [Test]
    public void Four_tests_by_hand() =>
        Assert.That(Holm.Correct([0.01, 0.04, 0.03, 0.005]), Is.EqualTo(new[] { 0.03, 0.06, 0.06, 0.02 }).Within(1e-15));

    [Test]
    public void Corrected_values_end_at_1() => Assert.That(Holm.Correct([0.6, 0.9, 0.4]), Is.EqualTo(new[] { 1.0, 1, 1 }));

    [Test]
    public void One_test_needs_no_correction_and_none_is_none()
    {
        Assert.That(Holm.Correct([0.03]), Is.EqualTo(new[] { 0.03 }));
        Assert.That(Holm.Correct([]), Is.Empty);
    }

    [Property]
    public bool Corrected_values_lie_between_the_plain_ones_and_Bonferronis(byte[] values)
    {
        double[] plain = [.. values.Select(value => value / 255.0)], corrected = Holm.Correct(plain);
        return plain.Zip(corrected).All(pair => pair.Second >= pair.First && pair.Second <= Math.Min(1, plain.Length * pair.First));
    }

    [Property]
    public bool The_order_of_the_tests_does_not_matter(byte[] values)
    {
        double[] plain = [.. values.Select(value => value / 255.0)];
        return Holm.Correct([.. plain.Reverse()]).Reverse().SequenceEqual(Holm.Correct(plain));
    }
}
