using NUnit.Framework;
using QEngine.Statistics;
using Oracle = MathNet.Numerics.Statistics.Correlation;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Statistics;

public sealed class CorrelationTests
{
    /// <summary>Bytes repeat, so that there are ties.</summary>
    [Property]
    public bool Both_coefficients_are_those_of_the_oracle((byte X, byte Y)[] points, byte scale)
    {
        double[] x = [.. points.Select(point => point.X % (1 + scale) * 0.1)], y = [.. points.Select(point => (double)(point.Y % 7))];
        if (x.Distinct().Count() < 2 || y.Distinct().Count() < 2) return Correlation.Pearson(x, y) is null && Correlation.Spearman(x, y) is null;
        return Math.Abs(Correlation.Pearson(x, y)!.Value - Oracle.Pearson(x, y)) < 1e-9 && Math.Abs(Correlation.Spearman(x, y)!.Value - Oracle.Spearman(x, y)) < 1e-9;
    }

    [Property]
    public bool Ranks_are_blind_to_what_keeps_the_order(double[] values)
    {
        double[] x = [.. values.Where(double.IsFinite).Distinct()], grown = [.. x.Select(value => Math.Atan(value))];
        if (grown.Distinct().Count() < Math.Max(2, x.Length)) return true;
        return Math.Abs(Correlation.Spearman(x, grown)!.Value - 1) < 1e-12 && Math.Abs(Correlation.Spearman(x, [.. grown.Select(value => -value)])!.Value + 1) < 1e-12;
    }

    [Test]
    public void Textbook_values_are_reproduced()
    {
        Assert.That(Correlation.Pearson([1, 2, 3, 4], [2, 4, 6, 8]), Is.EqualTo(1).Within(1e-15));
        Assert.That(Correlation.Pearson([1, 2, 3], [1, 0, 1]), Is.Zero.Within(1e-15));
        // Ranks 0, 1.5, 1.5, 3 against 3, 2, 1, 0.
        Assert.That(Correlation.Spearman([10, 20, 20, 90], [4, 3, 2, 1]), Is.EqualTo(-0.9486832980505138).Within(1e-12));
        Assert.That(Correlation.Spearman([], []), Is.Null);
        // The mean of ten tenths is not a tenth.
        Assert.That(Correlation.Pearson([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), Is.Null);
        Assert.That(() => Correlation.Spearman([1, 2], [1]), Throws.ArgumentException);
    }
}
