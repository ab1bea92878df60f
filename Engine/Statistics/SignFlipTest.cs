namespace QEngine.Statistics;

/// <summary>
/// Fisher's randomisation test for pairs: were the two systems the same, each difference would as likely have the other sign. The p-value
/// is the share of sign choices whose mean is at least as far from 0 as the mean found. Fisher, 1935; for retrieval see Smucker, Allan and
/// Carterette, CIKM 2007.
/// </summary>
/// <param name="P">Two-sided.</param>
/// <param name="Exact">Whether all sign choices were counted rather than random ones.</param>
public readonly record struct SignFlipTest(double P, bool Exact)
{
    /// <summary>So many differences that are not 0 are tested by all sign choices.</summary>
    public const int MaxExact = 16;

    private const int Group = 4, Choices = 1 << Group;

    // Sums of the same numbers in another order differ in their last places, and must count as equal.
    private const double Rounding = 1e-12;

    /// <summary>Tests differences.</summary>
    /// <param name="differences">Finite. Those that are 0 change no mean and are left out.</param>
    /// <param name="permutations">Random sign choices, at least 1, where there are more than <see cref="MaxExact"/> differences.</param>
    /// <param name="random">Where they come from.</param>
    /// <returns>
    /// The test; of random choices p is (c + 1) / (permutations + 1), c of them being as far out, which never understates it (Phipson and
    /// Smyth, 2010).
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permutations"/> is below 1.</exception>
    public static SignFlipTest Compute(ReadOnlySpan<double> differences, int permutations, SplittableRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permutations, 1);
        double[] kept = new double[differences.Length];
        int count = 0;
        double sum = 0, size = 0;
        foreach (double difference in differences)
        {
            if (difference == 0) continue;
            kept[count++] = difference;
            sum += difference;
            size += Math.Abs(difference);
        }
        ReadOnlySpan<double> values = kept.AsSpan(0, count);
        double limit = Math.Abs(sum) - (Rounding * size);
        int extreme = 0;
        if (count <= MaxExact)
        {
            for (int signs = 0; signs < 1 << count; signs++)
                if (Math.Abs(Signed(values, (ulong)signs)) >= limit) extreme++;
            return new SignFlipTest((double)extreme / (1 << count), Exact: true);
        }
        double[] sums = SignedSums(values);
        for (int i = 0; i < permutations; i++)
            if (Math.Abs(RandomlySigned(sums, ref random)) >= limit) extreme++;
        return new SignFlipTest((extreme + 1.0) / (permutations + 1.0), Exact: false);
    }

    // Of every four values the sums under all choices of their signs, so that a choice for all values is a look-up for four. More at a
    // time would be fewer look-ups, in tables that grow as their power.
    private static double[] SignedSums(ReadOnlySpan<double> values)
    {
        double[] sums = new double[(values.Length + Group - 1) / Group * Choices];
        for (int i = 0; i < sums.Length; i++)
        {
            int start = i / Choices * Group;
            sums[i] = Signed(values.Slice(start, Math.Min(Group, values.Length - start)), (ulong)(i % Choices));
        }
        return sums;
    }

    private static double RandomlySigned(ReadOnlySpan<double> sums, ref SplittableRandom random)
    {
        double sum = 0;
        ulong signs = 0;
        for (int start = 0; start < sums.Length; start += Choices)
        {
            if (start % (Choices * (64 / Group)) == 0) signs = random.NextBits();
            sum += sums[start + (int)(signs % Choices)];
            signs /= Choices;
        }
        return sum;
    }

    // The sign of value i is turned by bit i: no branch, which random signs would mislead.
    private static double Signed(ReadOnlySpan<double> values, ulong signs)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(value) ^ (signs << 63));
            signs >>= 1;
        }
        return sum;
    }
}
