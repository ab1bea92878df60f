using System.Numerics;
using System.Runtime.InteropServices;
using NUnit.Framework;
using QEngine.Simd;
using QEngine.Tests.Support;

namespace QEngine.Tests.Simd;

/// <summary>Every member of every lane against the plain operation, element by element.</summary>
[TestFixture(typeof(LaneScalar<float>), typeof(float))]
[TestFixture(typeof(Lane128<float>), typeof(float))]
[TestFixture(typeof(Lane256<float>), typeof(float))]
[TestFixture(typeof(Lane512<float>), typeof(float))]
[TestFixture(typeof(LaneScalar<double>), typeof(double))]
[TestFixture(typeof(Lane128<double>), typeof(double))]
[TestFixture(typeof(Lane256<double>), typeof(double))]
[TestFixture(typeof(Lane512<double>), typeof(double))]
internal sealed class LaneTests<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // All combinations of these are met.
    private static readonly T[] Values =
        [T.Zero, T.NegativeZero, T.One, -T.One, T.CreateTruncating(0.3), T.CreateTruncating(-7.5), T.CreateTruncating(1e20), T.PositiveInfinity, T.NegativeInfinity, T.NaN, T.Epsilon];

    [Test]
    public void Arithmetic_is_elementwise()
    {
        Pairs("+", (a, b) => a + b, (a, b) => a + b);
        Pairs("-", (a, b) => a - b, (a, b) => a - b);
        Pairs("*", (a, b) => a * b, (a, b) => a * b);
        Pairs("/", (a, b) => a / b, (a, b) => a / b);
        Pairs("Max", TLane.Max, T.Max);
        Pairs("Min", TLane.Min, T.Min);
        Pairs("Abs", (a, _) => TLane.Abs(a), (a, _) => T.Abs(a));
        Pairs("Sqrt", (a, _) => TLane.Sqrt(a), (a, _) => T.Sqrt(a));
        Pairs("WhereLess", (a, b) => TLane.WhereLess(a, b, TLane.Splat(T.One), TLane.Splat(T.Zero)), (a, b) => a < b ? T.One : T.Zero);
    }

    [Test]
    public void MultiplyAdd_is_the_product_plus_the_summand()
    {
        T[] a = Samples.Uniform<T>(1, TLane.Count), b = Samples.Uniform<T>(2, TLane.Count), c = Samples.Uniform<T>(3, TLane.Count), y = new T[TLane.Count];
        double[] expected = [.. a.Select((_, i) => (double.CreateTruncating(a[i]) * double.CreateTruncating(b[i])) + double.CreateTruncating(c[i]))];

        TLane.MultiplyAdd(TLane.Load(in a[0]), TLane.Load(in b[0]), TLane.Load(in c[0])).Store(ref y[0]);

        Near.Values<T>("MultiplyAdd", y, expected, 1);
    }

    [Test]
    public void Sum_and_Largest_take_every_element_in()
    {
        for (int i = 0; i < TLane.Count; i++)
        {
            T[] x = new T[TLane.Count];
            Array.Fill(x, T.One);
            x[i] = T.CreateTruncating(5);

            Assert.That(TLane.Load(in x[0]).Sum(), Is.EqualTo(T.CreateTruncating(TLane.Count + 4)));
            Assert.That(TLane.Load(in x[0]).Max(), Is.EqualTo(T.CreateTruncating(5)));
        }
    }

    [Test]
    public void Partial_loads_and_stores_touch_the_elements_asked_for_and_no_others()
    {
        T fill = T.CreateTruncating(-3);
        GuardedSpan<T> none = new([], constant: true);
        TLane filled = TLane.LoadPartial(ref MemoryMarshal.GetReference(none.Span), 0, fill);
        filled.StorePartial(ref MemoryMarshal.GetReference(none.Span), 0);
        none.AssertIntact("none");
        Assert.That(filled.Max(), Is.EqualTo(fill));
        for (int count = 1; count <= TLane.Count + 1; count++)
        {
            GuardedSpan<T> x = new(Samples.Uniform<T>(4, count), constant: true), y = new(new T[count], constant: false);
            T[] whole = new T[TLane.Count];

            TLane lane = Lanes<TLane, T>.Take(in x.Span[0], count, fill);
            lane.Store(ref whole[0]);
            Lanes<TLane, T>.Put(lane, ref y.Span[0], count);

            int taken = Math.Min(count, TLane.Count);
            Bits.AreEqual<T>($"taken, {count}", whole.AsSpan(0, taken), x.Span[..taken]);
            Bits.AreEqual<T>($"put, {count}", y.Span[..taken], x.Span[..taken]);
            Assert.That(whole[taken..], Is.All.EqualTo(fill));
            y.AssertIntact($"put, {count}");
        }
    }

    private static void Pairs(string what, Func<TLane, TLane, TLane> lanes, Func<T, T, T> plain)
    {
        foreach (T first in Values)
            for (int shift = 0; shift < Values.Length; shift++)
            {
                T[] second = [.. Enumerable.Range(shift, TLane.Count).Select(i => Values[i % Values.Length])], y = new T[TLane.Count];
                lanes(TLane.Splat(first), TLane.Load(in second[0])).Store(ref y[0]);
                for (int i = 0; i < y.Length; i++)
                    Assert.That(y[i], Is.EqualTo(plain(first, second[i])), $"{what} of {first} and {second[i]}, element {i}");
            }
    }
}
