using System.Numerics;
using NUnit.Framework;
using QEngine.Simd;

namespace QEngine.Tests.Simd;

/// <summary>Nearest whole numbers and powers of two, all exponents of normal numbers, with every lane.</summary>
public sealed class PowerOfTwoTests
{
    [TestCase(-126, 127)]
    public void Single_precision_is_exact(int from, int to) => Check<float>(from, to, 0.49);

    [TestCase(-1022, 1023)]
    public void Double_precision_is_exact(int from, int to) => Check<double>(from, to, 0.4999);

    private static void Check<T>(int from, int to, double offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] n = [.. Enumerable.Range(from, to - from + 1).SelectMany(i => Enumerable.Repeat(i, 3))];
        T[] x = [.. n.Select((whole, i) => T.CreateTruncating(whole + (((i % 3) - 1) * offset)))];
        T[] whole = [.. n.Select(i => T.CreateTruncating(i))], power = [.. n.Select(i => T.ScaleB(T.One, i))];

        foreach ((string lane, T[] y) in LaneLoop.EveryLane(default(Whole<T>), x)) Assert.That(y, Is.EqualTo(whole), $"whole number, lane {lane}");
        foreach ((string lane, T[] y) in LaneLoop.EveryLane(default(Power<T>), x)) Assert.That(y, Is.EqualTo(power), $"power, lane {lane}");
    }

    private readonly struct Whole<T> : IUnary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public TLane Invoke<TLane>(TLane x)
            where TLane : struct, ILane<TLane, T> => PowerOfTwo<TLane, T>.Nearest(x).Whole;
    }

    private readonly struct Power<T> : IUnary<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public TLane Invoke<TLane>(TLane x)
            where TLane : struct, ILane<TLane, T> => PowerOfTwo<TLane, T>.Nearest(x).Power;
    }
}
