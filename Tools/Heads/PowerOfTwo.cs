namespace QEngine.Tools.Heads;

/// <summary>Units that cost no digit: numbers divided by a power of two keep all of theirs.</summary>
internal static class PowerOfTwo
{
    private const int MaxExponent = 100;

    /// <summary>The power of two nearest to a length by proportion, from 2^-100 to 2^100; 1 for 0.</summary>
    public static double Nearest(double length) =>
        length > 0 ? Math.ScaleB(1, Math.Clamp((int)Math.Round(Math.Log2(length)), -MaxExponent, MaxExponent)) : 1;
}
