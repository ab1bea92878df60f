using System.Runtime.InteropServices;
using NUnit.Framework;

namespace QEngine.Tests.Ops;

/// <summary>Comparison bit for bit.</summary>
/// <remarks>
/// The runtime's precompiled Vector.Exp and Vector.SinCos of double round differently from the code that it compiles for
/// them after some calls, so bits may change once between two equal calls. A comparison therefore counts only when the
/// reference is the same before and after it.
/// </remarks>
internal static class Bits
{
    private const int Attempts = 20;

    /// <summary>Whether a computation gives the bits of a reference.</summary>
    public static bool Same<T>(Func<T[]> found, Func<T[]> expected)
        where T : unmanaged
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            T[] before = expected(), value = found();
            if (Equal(before, expected())) return Equal(value, before);
        }
        throw new InvalidOperationException("the reference gives other bits at every call");
    }

    /// <summary>Requires it.</summary>
    public static void AssertSame<T>(Func<T[]> found, Func<T[]> expected, string message)
        where T : unmanaged =>
        Assert.That(Same(found, expected), message);

    private static bool Equal<T>(T[] left, T[] right)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(left.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(right.AsSpan()));
}
