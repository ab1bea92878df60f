using System.Runtime.InteropServices;
using NUnit.Framework;
using QEngine.Simd;
using QEngine.Tests.Support;

namespace QEngine.Tests.Simd;

/// <summary>Products of 16-bit and 8-bit numbers of every register this processor has, sum by sum; 128 bits also without instructions for them.</summary>
[TestFixture(typeof(ShortLaneScalar), 0)]
[TestFixture(typeof(ShortLane128), 0)]
[TestFixture(typeof(ShortLane256), 256)]
[TestFixture(typeof(ShortLane512), 512)]
internal sealed class ShortLaneTests<TLane>(int bits)
    where TLane : struct, IShortLane<TLane>
{
    [Test]
    public void Products_of_neighbours_are_added_up()
    {
        if (Tier.Bits < bits) Assert.Ignore($"skipped: this process has no lanes of {bits} bits");
        short[] a = Numbers(1), b = Numbers(2);
        float[] sums = new float[TLane.Count / 2];

        TLane products = TLane.AddProducts(TLane.AddProducts(default, TLane.Load(ref a[0]), TLane.Load(ref b[0])), TLane.Load(ref b[0]), TLane.Load(ref b[0]));
        products.StoreSums(ref sums[0]);

        for (int i = 0; i < sums.Length; i++)
        {
            int expected = (a[2 * i] * b[2 * i]) + (a[(2 * i) + 1] * b[(2 * i) + 1]) + (b[2 * i] * b[2 * i]) + (b[(2 * i) + 1] * b[(2 * i) + 1]);
            Assert.That(sums[i], Is.EqualTo((float)expected), $"sum {i}");
        }

        int[] others = Samples.Indices(4, sums.Length, 1000);
        float[] less = new float[sums.Length];
        products.StoreLess(-3, ref others[0], ref less[0]);
        Assert.That(less, Is.EqualTo(sums.Select((sum, i) => sum + (3 * others[i]))));
    }

    [Test]
    public void Bytes_are_read_with_their_sign_and_a_pair_is_the_same_throughout()
    {
        if (Tier.Bits < bits) Assert.Ignore($"skipped: this process has no lanes of {bits} bits");
        sbyte[] codes = [.. Samples.Indices(3, TLane.Count, 256).Select(x => (sbyte)(x - 128))];
        short[] pair = [-127, 126];
        float[] sums = new float[TLane.Count / 2];

        TLane.AddProducts(default, TLane.Signed(ref MemoryMarshal.AsBytes(codes.AsSpan())[0]), TLane.Pair(MemoryMarshal.Cast<short, int>(pair)[0])).StoreSums(ref sums[0]);

        for (int i = 0; i < sums.Length; i++)
            Assert.That(sums[i], Is.EqualTo((float)((codes[2 * i] * pair[0]) + (codes[(2 * i) + 1] * pair[1]))), $"sum {i}");
    }

    private static short[] Numbers(int seed) => [.. Samples.Indices(seed, TLane.Count, 4001).Select(x => (short)(x - 2000))];
}
