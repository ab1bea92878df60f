using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Tests.Support;

namespace QEngine.Tests.Kernels;

/// <summary>Sums over a row: near a plain loop's in double, and the same bits with every lane.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class RowsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Test]
    public void Sums_are_near_those_of_a_plain_loop([Range(0, 70)] int length)
    {
        (T[] x, T[] y, T from) = Inputs(length);
        double[] exact = Samples.Exact<T>(x), other = Samples.Exact<T>(y);

        Near.Values<T>("sum", [Rows<Lane512<T>, T>.Sum(x)], [exact.Sum()], length, magnitude: 100);
        Near.Values<T>("distances", [Rows<Lane512<T>, T>.SquaredDistances(from, x)], [exact.Sum(value => Math.Pow(value - double.CreateTruncating(from), 2))], length, magnitude: 100);
        Near.Values<T>("dot", [Rows<Lane512<T>, T>.Dot(x, y)], [exact.Zip(other, (a, b) => a * b).Sum()], length, magnitude: 100);
    }

    [Test]
    public void Sums_are_the_same_bits_with_every_lane([Values(0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 63, 64, 65, 127, 384, 385, 1000)] int length)
    {
        T[] expected = Sums<Lane512<T>>(length);

        Bits.AreEqual<T>("256", Sums<Lane256<T>>(length), expected);
        Bits.AreEqual<T>("128", Sums<Lane128<T>>(length), expected);
        Bits.AreEqual<T>("scalar", Sums<LaneScalar<T>>(length), expected);
    }

    [Test]
    public void The_order_is_that_of_places_in_blocks_of_64_bytes()
    {
        int block = 64 / System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        T[] x = Inputs((5 * block) + 3).X, even = new T[block], odd = new T[block];
        for (int i = 0; i < 5 * block; i++)
        {
            T[] places = i / block % 2 == 0 ? even : odd;
            places[i % block] += x[i];
        }
        for (int i = 0; i < block; i++) even[i] += odd[i];
        for (int i = 0; i < 3; i++) even[i] += x[(5 * block) + i];
        for (int width = 1; width < block; width *= 2)
        {
            for (int i = 0; i < block; i += 2 * width) even[i] += even[i + width];
        }

        Bits.AreEqual<T>("sum", [Rows<LaneScalar<T>, T>.Sum(x)], [even[0]]);
    }

    private static T[] Sums<TLane>(int length)
        where TLane : struct, ILane<TLane, T>
    {
        (T[] x, T[] y, T from) = Inputs(length);
        return [Rows<TLane, T>.Sum(x), Rows<TLane, T>.SquaredDistances(from, x), Rows<TLane, T>.Dot(x, y)];
    }

    private static (T[] X, T[] Y, T From) Inputs(int length) =>
        (Samples.Uniform<T>(length, length, -1, 2), Samples.Uniform<T>(length + 1, length), T.CreateTruncating(0.37));
}
