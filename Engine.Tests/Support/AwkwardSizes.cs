namespace QEngine.Tests.Support;

/// <summary>Lengths around every lane width, half and double of it: where tails go wrong.</summary>
internal static class AwkwardSizes
{
    /// <summary>From 1 up.</summary>
    public static readonly int[] Positive = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257];

    /// <summary>The same and 0.</summary>
    public static readonly int[] All = [0, .. Positive];
}
