using System.Runtime.InteropServices;
using NUnit.Framework;

namespace QEngine.Tests.Support;

/// <summary>Equality of bits, so that NaNs, zeros of both signs and last places count.</summary>
internal static class Bits
{
    /// <summary>Whether two results are the same bits.</summary>
    public static bool Same<T>(ReadOnlySpan<T> found, ReadOnlySpan<T> expected)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(found).SequenceEqual(MemoryMarshal.AsBytes(expected));

    /// <summary>Requires it; the failure shows the numbers.</summary>
    /// <param name="what">Names the case in the failure message.</param>
    /// <param name="found">Results.</param>
    /// <param name="expected">What they have to be.</param>
    public static void AreEqual<T>(string what, ReadOnlySpan<T> found, ReadOnlySpan<T> expected)
        where T : unmanaged
    {
        if (Same(found, expected)) return;
        Assert.That(found.ToArray(), Is.EqualTo(expected.ToArray()), $"{what}: other bits");
        Assert.Fail($"{what}: other bits of equal numbers");
    }
}
