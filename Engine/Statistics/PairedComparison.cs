namespace QEngine.Statistics;

/// <summary>Two systems measured on the same items: how much the first is above the second, and whether chance may explain it.</summary>
public sealed record PairedComparison
{
    /// <summary>Random sign flips where there are too many differences for all of them.</summary>
    public const int Permutations = 100_000;

    /// <summary>Samples of the bootstrap.</summary>
    public const int Resamples = 9_999;

    /// <summary>Of the bootstrap's interval.</summary>
    public const double Confidence = 0.95;

    // Differences of equal values that were computed in different ways.
    private const double Rounding = 1e-12;

    private PairedComparison()
    {
    }

    /// <summary>The number of items.</summary>
    public int Count { get; private init; }

    /// <summary>The t-test, with the mean difference.</summary>
    public PairedTTest TTest { get; private init; }

    /// <summary>The randomisation test.</summary>
    public SignFlipTest SignFlips { get; private init; }

    /// <summary>The 95 % interval of the mean difference.</summary>
    public BootstrapInterval Interval { get; private init; }

    /// <summary>Cohen's d for pairs (d_z): the mean difference in standard deviations of the differences; null where those are 0.</summary>
    public double? EffectSize { get; private init; }

    /// <summary>Items on which the first system is better.</summary>
    public int Wins { get; private init; }

    /// <summary>Items on which the second system is better.</summary>
    public int Losses { get; private init; }

    /// <summary>Items on which they are equal, but for rounding.</summary>
    public int Ties { get; private init; }

    /// <summary>Compares.</summary>
    /// <param name="first">The first system's values, finite.</param>
    /// <param name="second">The second system's, of the same items in the same order.</param>
    /// <param name="seed">Seed of sign flips and bootstrap; same seed, same bits.</param>
    /// <returns>The comparison; positive where the first system is better.</returns>
    /// <exception cref="ArgumentException">Fewer than two items, or different numbers of them.</exception>
    public static PairedComparison Compute(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ulong seed)
    {
        if (first.Length != second.Length) throw new ArgumentException("expected a value of both systems for each item", nameof(second));
        double[] differences = new double[first.Length];
        int wins = 0, losses = 0;
        for (int i = 0; i < differences.Length; i++)
        {
            double difference = first[i] - second[i];
            if (Math.Abs(difference) <= Rounding * Math.Max(Math.Abs(first[i]), Math.Abs(second[i]))) continue;
            differences[i] = difference;
            if (difference > 0) wins++;
            else losses++;
        }
        PairedTTest test = PairedTTest.Compute(differences);
        SplittableRandom random = new(seed);
        return new PairedComparison
        {
            Count = differences.Length,
            TTest = test,
            SignFlips = SignFlipTest.Compute(differences, Permutations, random.Split(0)),
            Interval = BootstrapInterval.OfMean(differences, Confidence, Resamples, random.Split(1)),
            EffectSize = test.Deviation > 0 ? test.Mean / test.Deviation : test.Mean == 0 ? 0 : null,
            Wins = wins,
            Losses = losses,
            Ties = differences.Length - wins - losses,
        };
    }
}
