namespace QEngine.Tools.Demo.Docs;

/// <summary>A seeded hash of text that is the same in every process and on every machine (FNV-1a, then the SplitMix64 finaliser).</summary>
internal static class StableHash
{
    /// <summary>The 64-bit hash.</summary>
    public static ulong Compute(string text, ulong seed)
    {
        ulong hash = 14695981039346656037UL ^ seed;
        foreach (char unit in text)
        {
            hash = (hash ^ (byte)unit) * 1099511628211UL;
            hash = (hash ^ (byte)(unit >> 8)) * 1099511628211UL;
        }
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return hash ^ (hash >> 31);
    }

    /// <summary>The hash as a number in [0, 1).</summary>
    public static double Unit(string text, ulong seed) => (Compute(text, seed) >> 11) * (1.0 / (1UL << 53));
}
