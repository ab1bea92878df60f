using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class DropoutTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Lengths = [.. AwkwardSizes.All, 511, 512, 513, 40_003];

    [Test]
    public void Result_is_the_mask_times_the_input([Values] bool accumulate)
    {
        Dropout dropout = new(0.3f, 77);
        foreach (int length in Lengths)
        {
            T[] data = Samples.Uniform<T>(1, length), before = Samples.Uniform<T>(2, length);
            T[] mask = Mask(dropout, length);
            double[] expected = Samples.Exact<T>(data);
            for (int i = 0; i < length; i++) expected[i] = (expected[i] * double.CreateTruncating(mask[i])) + (accumulate ? double.CreateTruncating(before[i]) : 0);
            Trial<T> trial = new($"Dropout, {length}, accumulate {accumulate}");
            GuardedSpan<T> x = trial.Input(data), y = accumulate ? trial.InOut(before) : trial.Output(length);

            trial.Run(workers => dropout.Apply<T>(workers, x.Span, y.Span, accumulate));

            Near.Values<T>(trial.What, y.Span, expected, 1);
        }
    }

    [Test]
    public void Mask_is_0_or_the_inverse_of_the_share_kept()
    {
        Dropout dropout = new(0.25f, 1);

        Assert.That(Mask(dropout, 1000).Distinct().Order(), Is.EqualTo(new[] { T.Zero, T.One / T.CreateTruncating(0.75) }));
    }

    [Test]
    public void The_mask_of_an_element_depends_on_its_index_alone()
    {
        Dropout dropout = new(0.5f, 5);
        T[] whole = Mask(dropout, 3000), part = new T[500];
        Array.Fill(part, T.One);

        dropout.Mask<T>(1234, part);

        Bits.AreEqual<T>("part of a mask", part, whole.AsSpan(1234, 500));
    }

    [Test]
    public void Rate_0_keeps_everything()
    {
        T[] x = Samples.Uniform<T>(3, 300), y = new T[300];

        Dropout.None.Apply<T>(WorkerPool.Single, x, y, accumulate: false);

        Bits.AreEqual<T>("rate 0", y, x);
        Assert.That(Dropout.None.Active, Is.False);
    }

    private static T[] Mask(Dropout dropout, int length)
    {
        T[] mask = new T[length];
        Array.Fill(mask, T.One);
        dropout.Apply<T>(WorkerPool.Single, mask, mask, accumulate: false);
        return mask;
    }
}

/// <summary>The mask as a source of randomness. Bounds are five standard deviations of a fair one.</summary>
[TestFixture]
public sealed class DropoutRandomnessTests
{
    private const int Count = 1 << 16;
    private const double Deviations = 5;

    [TestCase(0.1f)]
    [TestCase(0.5f)]
    [TestCase(0.9f)]
    public void The_share_dropped_is_the_rate(float rate)
    {
        int dropped = Dropped(new Dropout(rate, 3), 0).Count(x => x);

        Assert.That(dropped, Is.EqualTo(Count * rate).Within(Deviations * Math.Sqrt(Count * rate * (1 - rate))));
    }

    [Test]
    public void Masks_of_neighbouring_seeds_and_items_are_independent_also_when_shifted(
        [Values(0, 1, 2, 255, 256)] int shift, [Values] bool nextItem, [Values(0ul, 41ul, 0xFFFFFFFFul, ulong.MaxValue)] ulong seed)
    {
        bool[] left = Dropped(new Dropout(0.5f, seed), 0);
        bool[] right = nextItem ? Dropped(new Dropout(0.5f, seed), 1L << 32) : Dropped(new Dropout(0.5f, unchecked(seed + 1)), 0);

        Assert.That(Agreements(left, right, shift), Is.EqualTo(Count / 2).Within(Deviations * Math.Sqrt(Count) / 2));
        Assert.That(Agreements(right, left, shift), Is.EqualTo(Count / 2).Within(Deviations * Math.Sqrt(Count) / 2));
    }

    [Test]
    public void Elements_of_a_mask_are_independent_of_their_neighbours([Values(1, 2, 3, 64, 256, 768)] int distance)
    {
        bool[] mask = Dropped(new Dropout(0.5f, 8), 0);

        Assert.That(Agreements(mask, mask, distance), Is.EqualTo(Count / 2).Within((Deviations * Math.Sqrt(Count) / 2) + distance));
    }

    private static int Agreements(bool[] a, bool[] b, int shift)
    {
        int agreements = 0;
        for (int i = 0; i < Count; i++) if (a[i] == b[(i + shift) % Count]) agreements++;
        return agreements;
    }

    private static bool[] Dropped(Dropout dropout, long first)
    {
        float[] mask = new float[Count];
        Array.Fill(mask, 1);
        dropout.Mask<float>(first, mask);
        return [.. mask.Select(x => x == 0)];
    }
}
