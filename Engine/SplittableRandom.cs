namespace QEngine;

/// <summary>
/// The engine's only source of randomness: a seeded SplitMix64 generator (Steele, Lea and Flood, OOPSLA 2014) that can
/// be split into independent ones, so that what one part draws does not depend on what another draws.
/// </summary>
/// <param name="seed">Same seed, same numbers, on every machine.</param>
public struct SplittableRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The generator's state; a new generator made from it continues the sequence.</summary>
    public readonly ulong State => _state;

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>An independent generator for a named part of the work.</summary>
    /// <param name="part">Number of the part.</param>
    public readonly SplittableRandom Split(ulong part)
    {
        SplittableRandom mixed = new(_state ^ (part * 0xD1342543DE82EF95));
        return new SplittableRandom(mixed.NextBits() ^ mixed.NextBits());
    }

    /// <summary>A number from 0 (included) to 1 (excluded), uniform, with 53 random bits.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>An integer from 0 to <paramref name="count"/> - 1, uniform.</summary>
    /// <param name="count">At least 1.</param>
    public int NextInt(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return (int)Math.BigMul(NextBits(), (ulong)count, out _);
    }

    /// <summary>A number from the standard normal distribution (Box and Muller).</summary>
    public double NextGaussian()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Puts the elements into random order (Fisher and Yates).</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="items">The elements.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
