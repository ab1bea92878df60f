using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class AttentionTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Lengths = [1, 3, 17, 4, 5, 64, 7, 8, 9, 15, 16, 31, 33, 2];

    private static readonly (int Heads, int Hidden)[] Shapes = [(1, 1), (2, 6), (3, 24), (4, 68), (2, 128)];

    [Test]
    public void Forward_is_the_definition([Values(0f, 0.3f)] float rate)
    {
        foreach ((int heads, int hidden) in Shapes)
        {
            int[] offsets = Samples.Offsets(Lengths);
            T[] data = Samples.Uniform<T>(1, offsets[^1] * 3 * hidden, -2, 2);
            Attention attention = new(heads, hidden, new Dropout(rate, 42));
            AttentionOracle oracle = new(heads, hidden, Mask(attention.Dropout));
            Trial<T> trial = new($"Attention, {heads} heads of {hidden / heads}, dropout {rate}");
            GuardedSpan<T> qkv = trial.Input(data), output = trial.Output(offsets[^1] * hidden), statistics = trial.Output(heads * offsets[^1]);

            trial.Run(workers => attention.Forward<T>(workers, qkv.Span, offsets, output.Span, statistics.Span));

            Near.Values<T>(trial.What, output.Span, oracle.Forward(Samples.Exact<T>(data), offsets), hidden);
            Near.Values<T>($"{trial.What}, statistics", statistics.Span, oracle.Statistics(Samples.Exact<T>(data), offsets), hidden);
        }
    }

    [Test]
    public void Backward_adds_the_gradient_of_the_definition([Values(0f, 0.3f)] float rate)
    {
        foreach ((int heads, int hidden) in Shapes)
        {
            int[] offsets = Samples.Offsets(Lengths);
            T[] data = Samples.Uniform<T>(2, offsets[^1] * 3 * hidden, -1, 1), upstream = Samples.Uniform<T>(3, offsets[^1] * hidden), before = Samples.Uniform<T>(4, data.Length);
            Attention attention = new(heads, hidden, new Dropout(rate, 43));
            double[] gradient = new AttentionOracle(heads, hidden, Mask(attention.Dropout)).Backward(Samples.Exact<T>(data), offsets, Samples.Exact<T>(upstream));
            T[] forward = new T[upstream.Length], logSums = new T[heads * offsets[^1]];
            attention.Forward<T>(WorkerPool.Single, data, offsets, forward, logSums);
            Trial<T> trial = new($"Attention backward, {heads} heads of {hidden / heads}, dropout {rate}");
            GuardedSpan<T> qkv = trial.Input(data), output = trial.Input(forward), statistics = trial.Input(logSums), doutput = trial.Input(upstream), dqkv = trial.InOut(before);

            trial.Run(workers => attention.Backward<T>(workers, qkv.Span, offsets, output.Span, statistics.Span, doutput.Span, dqkv.Span, accumulate: true));

            Near.Values<T>(trial.What, dqkv.Span, Samples.Sum(Samples.Exact<T>(before), gradient), hidden + 64);
        }
    }

    [Test]
    public void A_sequence_is_bit_identical_alone_and_packed_with_others()
    {
        const int Heads = 3, Hidden = 60;
        int[] offsets = Samples.Offsets(Lengths);
        Attention attention = new(Heads, Hidden, Dropout.None);
        T[] qkv = Samples.Uniform<T>(5, offsets[^1] * 3 * Hidden), upstream = Samples.Uniform<T>(6, offsets[^1] * Hidden);
        (T[] packed, T[] packedGradient) = ForwardBackward(attention, qkv, offsets, upstream);

        for (int s = 0; s < Lengths.Length; s++)
        {
            int from = offsets[s], to = offsets[s + 1];
            (T[] alone, T[] gradient) = ForwardBackward(attention, qkv[(from * 3 * Hidden)..(to * 3 * Hidden)], [0, to - from], upstream[(from * Hidden)..(to * Hidden)]);

            Bits.AreEqual<T>($"sequence {s}", alone, packed.AsSpan((from * Hidden)..(to * Hidden)));
            Bits.AreEqual<T>($"gradient of sequence {s}", gradient, packedGradient.AsSpan((from * 3 * Hidden)..(to * 3 * Hidden)));
        }
    }

    [Test]
    public void Large_scores_do_not_overflow()
    {
        // Scores of +-10^4: one key takes all the weight, and e^score itself would be infinite.
        T big = T.CreateTruncating(100);
        T[] qkv = [big, big, T.One, big, -big, -T.One], output = new T[2], statistics = new T[2];

        new Attention(1, 1, Dropout.None).Forward<T>(WorkerPool.Single, qkv, [0, 2], output, statistics);

        Assert.That(output, Is.EqualTo(new[] { T.One, T.One }));
    }

    private static (T[] Output, T[] Gradient) ForwardBackward(Attention attention, T[] qkv, int[] offsets, T[] upstream)
    {
        T[] output = new T[upstream.Length], statistics = new T[attention.Heads * offsets[^1]], dqkv = new T[qkv.Length];
        attention.Forward<T>(WorkerPool.Single, qkv, offsets, output, statistics);
        attention.Backward<T>(WorkerPool.Single, qkv, offsets, output, statistics, upstream, dqkv, accumulate: false);
        return (output, dqkv);
    }

    /// <summary>The mask of an item starts at item 2^32; applied to ones it gives the factors themselves.</summary>
    private static Func<int, int, double> Mask(Dropout dropout)
    {
        Dictionary<int, double[]> factors = [];
        return (item, index) =>
        {
            if (!factors.TryGetValue(item, out double[]? mask))
            {
                mask = new double[64 * 64];
                Array.Fill(mask, 1);
                dropout.Mask<double>((long)item << 32, mask);
                factors[item] = mask;
            }
            return mask[index];
        };
    }
}

[TestFixture]
public sealed class AttentionGradientTests
{
    [Test]
    public void Backward_agrees_with_central_differences([Values(0f, 0.25f)] float rate)
    {
        const int Heads = 2, Hidden = 6;
        int[] offsets = Samples.Offsets(1, 5, 3);
        Attention attention = new(Heads, Hidden, new Dropout(rate, 9));
        double[] qkv = Samples.Uniform<double>(1, offsets[^1] * 3 * Hidden, -2, 2), upstream = Samples.Uniform<double>(2, offsets[^1] * Hidden);
        double[] output = new double[upstream.Length], statistics = new double[Heads * offsets[^1]], dqkv = new double[qkv.Length];

        attention.Forward<double>(WorkerPool.Single, qkv, offsets, output, statistics);
        attention.Backward<double>(WorkerPool.Single, qkv, offsets, output, statistics, upstream, dqkv, accumulate: false);

        Near.Gradients("Attention", dqkv, CentralDifferences.Gradient(qkv, x =>
        {
            double[] y = new double[upstream.Length];
            attention.Forward<double>(WorkerPool.Single, x, offsets, y, new double[statistics.Length]);
            return CentralDifferences.Dot(upstream, y);
        }));
    }
}
