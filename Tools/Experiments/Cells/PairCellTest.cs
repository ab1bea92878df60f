using QEngine.Statistics;
using QEngine.Tools.Evaluating;
using QEngine.Tools.Heads;
using QEngine.Workers;

namespace QEngine.Tools.Experiments;

/// <summary>Scored pairs of texts, measured as <c>evaluate-sts</c> measures them.</summary>
/// <param name="name">Its name.</param>
/// <param name="texts">The pairs.</param>
internal sealed class PairCellTest(string name, ScoredTexts texts) : CellTest
{
    private const string Spearman = "Spearman", Pearson = "Pearson";

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override IReadOnlyList<TestTable> Tables { get; } = [new TextTable(TextRole.Alike, texts.Texts)];

    /// <inheritdoc/>
    public override TestOutcome Measure(HeldOutVectors asked, HeldOutVectors stored, WorkerPool workers)
    {
        double[] compared = texts.Compare(asked.Data, stored.Index(workers));
        PairSimilarities pairs = PairSimilarities.Of(stored.Similarity, texts, compared);
        Dictionary<string, double[]> values = [];
        if (pairs.Spearman is { } correlation) values.Add(Spearman, PseudoValues(compared, texts.Scores, correlation));
        return new TestOutcome(
            new Dictionary<string, double?> { [Spearman] = pairs.Spearman, [Pearson] = pairs.Pearson },
            null,
            values,
            Array.ConvertAll(compared, value => (float)value));
    }

    /// <summary>
    /// The jackknife's pseudo-values n r - (n - 1) r(i), r(i) being the correlation without pair i (Tukey, 1958): they turn a correlation
    /// into a mean over pairs. All are moved alike, so that their mean is the correlation itself rather than its jackknife estimate.
    /// </summary>
    internal static double[] PseudoValues(double[] x, double[] y, double correlation)
    {
        int n = x.Length;
        double[] values = new double[n], restX = new double[n - 1], restY = new double[n - 1];
        double sum = 0;
        for (int left = 0; left < n; left++)
        {
            Without(x, left, restX);
            Without(y, left, restY);
            values[left] = (n * correlation) - ((n - 1) * (Correlation.Spearman(restX, restY) ?? correlation));
            sum += values[left];
        }
        double shift = correlation - (sum / n);
        for (int i = 0; i < n; i++) values[i] += shift;
        return values;
    }

    private static void Without(double[] values, int left, double[] rest)
    {
        values.AsSpan(0, left).CopyTo(rest);
        values.AsSpan(left + 1).CopyTo(rest.AsSpan(left));
    }
}
