using System.Numerics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Simd;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>
/// The largest element of a row at every place, the last of a tail included, with numbers whose exponentials are infinite: what is not
/// compared shows as NaN.
/// </summary>
[TestFixture(typeof(LaneScalar<float>), typeof(float))]
[TestFixture(typeof(Lane128<float>), typeof(float))]
[TestFixture(typeof(Lane256<float>), typeof(float))]
[TestFixture(typeof(Lane512<float>), typeof(float))]
[TestFixture(typeof(LaneScalar<double>), typeof(double))]
[TestFixture(typeof(Lane128<double>), typeof(double))]
[TestFixture(typeof(Lane256<double>), typeof(double))]
[TestFixture(typeof(Lane512<double>), typeof(double))]
internal sealed class LargestPlaceTests<TLane, T>
    where TLane : struct, ILane<TLane, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T Huge = T.CreateTruncating(1e4);

    [Test]
    public void A_softmax_puts_all_on_the_largest_wherever_it_is()
    {
        for (int length = 1; length <= (3 * TLane.Count) + 3; length++)
            for (int place = 0; place < length; place++)
            {
                T[] row = new T[length], expected = new T[length];
                Array.Fill(row, -Huge);
                (row[place], expected[place]) = (Huge, T.One);

                Assert.That(Rows<TLane, T>.Max(row), Is.EqualTo(Huge), $"{place} of {length}");
                Assert.That(SoftmaxLanes<TLane, T>.Row(row), Is.EqualTo(Huge), $"ln of the sum, {place} of {length}");
                Assert.That(row, Is.EqualTo(expected), $"{place} of {length}");
            }
    }

    [Test]
    public void Columns_of_scores_are_shifted_by_their_largest_whichever_key_has_it()
    {
        // Every column of the lane has its largest score at a key of its own.
        for (int keys = 1; keys <= 7; keys++)
            for (int shift = 0; shift < keys; shift++)
            {
                T[] scores = new T[2 * TLane.Count * keys], largest = new T[TLane.Count], sums = new T[TLane.Count];
                Array.Fill(scores, -Huge);
                for (int column = 0; column < TLane.Count; column++) scores[((column + shift) % keys * 2 * TLane.Count) + column] = Huge;

                (TLane max, TLane sum) = AttentionColumns<TLane, T>.Exponentials(ref scores[0], keys, TLane.Splat(T.CreateTruncating(0.5)));

                max.Store(ref largest[0]);
                sum.Store(ref sums[0]);
                Assert.That(largest, Is.All.EqualTo(T.CreateTruncating(5000)), $"{keys} keys, {shift}");
                Assert.That(sums, Is.All.EqualTo(T.One), $"{keys} keys, {shift}");
                for (int column = 0; column < TLane.Count; column++)
                    for (int key = 0; key < keys; key++)
                    {
                        T expected = (column + shift) % keys == key ? T.One : T.Zero;
                        Assert.That(scores[(key * 2 * TLane.Count) + column], Is.EqualTo(expected), $"{keys} keys, {key}, column {column}");
                    }
            }
    }
}

/// <summary>The same through the kernels, as they are called.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(double))]
public sealed class LargestPlaceTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [TestCase(2)]
    [TestCase(5)]
    [TestCase(17)]
    [TestCase(32)]
    [TestCase(33)]
    [TestCase(67)]
    public void A_query_takes_the_value_of_its_key_whichever_it_is(int tokens)
    {
        // Queries and keys are directions of length 10^4 around a circle: query i is that of key i + shift, any other is much further.
        foreach (int shift in (int[])[0, 1, tokens / 2, tokens - 1])
        {
            T[] qkv = new T[tokens * 6], output = new T[tokens * 2], expected = new T[tokens * 2], logSumExp = new T[tokens];
            for (int i = 0; i < tokens; i++)
            {
                int own = (i + shift) % tokens;
                double[] token = [.. Direction(own), .. Direction(i), i + 1, -i];
                for (int part = 0; part < 6; part++) qkv[(6 * i) + part] = T.CreateTruncating(token[part]);
                (expected[2 * i], expected[(2 * i) + 1]) = (T.CreateTruncating(own + 1), T.CreateTruncating(-own));
            }
            Attention attention = new(1, 2, Dropout.None);

            attention.Forward<T>(WorkerPool.Single, qkv, [0, tokens], output, logSumExp);

            Assert.That(output, Is.EqualTo(expected), $"shift {shift}");
            Assert.That(logSumExp, Is.All.Matches<T>(IsOwnScore), $"shift {shift}");
            Backward(attention, qkv, output, logSumExp, shift);
        }

        double[] Direction(int i) => [1e4 * Math.Cos(2 * Math.PI * i / tokens), 1e4 * Math.Sin(2 * Math.PI * i / tokens)];

        static bool IsOwnScore(T statistic) => Math.Abs((double.CreateTruncating(statistic) / (1e8 / Math.Sqrt(2))) - 1) < 1e-6;
    }

    /// <summary>All weight is on one key: its value gets the query's gradient as it is, and no score moves the weights.</summary>
    private static void Backward(Attention attention, T[] qkv, T[] output, T[] logSumExp, int shift)
    {
        int tokens = logSumExp.Length;
        T[] upstream = [.. Enumerable.Range(0, 2 * tokens).Select(i => T.CreateTruncating(i - 3))];
        T[] gradient = new T[qkv.Length], expected = new T[qkv.Length];
        for (int i = 0; i < tokens; i++) upstream.AsSpan(2 * i, 2).CopyTo(expected.AsSpan((6 * ((i + shift) % tokens)) + 4));

        attention.Backward<T>(WorkerPool.Single, qkv, [0, tokens], output, logSumExp, upstream, gradient, accumulate: false);

        Assert.That(gradient, Is.EqualTo(expected), $"gradient, shift {shift}");
    }

    [Test]
    public void A_loss_is_exact_wherever_the_largest_logit_is()
    {
        T huge = T.CreateTruncating(1e4);
        foreach (int classes in AwkwardSizes.Positive.Where(classes => classes <= 65))
        {
            T[] logits = new T[classes * classes], p = new T[classes * classes], losses = new T[classes];
            Array.Fill(logits, -huge);
            for (int row = 0; row < classes; row++) logits[(row * classes) + row] = huge;
            int[] right = [.. Enumerable.Range(0, classes)], wrong = [.. right.Select(row => (row + 1) % classes)];

            Softmax.CrossEntropyForward<T>(WorkerPool.Single, logits, right, p, losses);

            Assert.That(losses, Is.All.EqualTo(T.Zero), $"{classes} classes");
            for (int i = 0; i < p.Length; i++)
                Assert.That(p[i], Is.EqualTo(i % (classes + 1) == 0 ? T.One : T.Zero), $"{classes} classes, {i}");
            Softmax.CrossEntropyForward<T>(WorkerPool.Single, logits, wrong, p, losses);
            Assert.That(losses, Is.All.EqualTo(classes == 1 ? T.Zero : huge + huge), $"{classes} classes, another label");
        }
    }

    [Test]
    public void A_maximum_is_found_at_every_token_and_in_every_column()
    {
        for (int tokens = 1; tokens <= 9; tokens++)
            foreach (int columns in (int[])[1, 15, 17, 33, 47])
            {
                // Column c has its largest element, 2, at token c + shift, a second one of the same size behind it in every third column.
                for (int shift = 0; shift < tokens; shift++)
                {
                    T[] x = new T[tokens * columns], y = new T[columns], argmax = new T[columns];
                    Array.Fill(x, -T.One);
                    int Place(int column) => (column + shift) % tokens;
                    for (int c = 0; c < columns; c++)
                    {
                        x[(Place(c) * columns) + c] = T.One + T.One;
                        if (c % 3 == 0) x[((tokens - 1) * columns) + c] = T.One + T.One;
                    }

                    MaxPooling.Forward<T>(WorkerPool.Single, x, [0, tokens], y, argmax);

                    Assert.That(y, Is.All.EqualTo(T.One + T.One), $"{tokens} x {columns}, {shift}");
                    T[] expected = [.. Enumerable.Range(0, columns).Select(c => T.CreateTruncating(Place(c)))];
                    Assert.That(argmax, Is.EqualTo(expected), $"{tokens} x {columns}, {shift}");
                }
            }
    }
}

/// <summary>Losses over scores far apart, wherever the largest stands.</summary>
[TestFixture]
public sealed class LargestScoreTests
{
    private const int Width = 6;

    [Test]
    public void A_divergence_is_exact_wherever_the_largest_scores_and_targets_are(
        [Range(0, Width - 1)] int score, [Range(0, Width - 1)] int target)
    {
        double[] scores = new double[Width], targets = new double[Width], derivatives = new double[Width];
        Array.Fill(scores, -1e4);
        Array.Fill(targets, -1e4);
        (scores[score], targets[target]) = (1e4, 1e4);

        double loss = KlDivergence.Forward<double>(scores, targets, [1, 2, 3, 4, 5, 6], Width, 2, derivatives);

        // All of the target on one that the scores are 2 10^4 below: tau^2 times 2 10^4 / tau.
        Assert.That(loss, Is.EqualTo(score == target ? 0 : 4e4));
        double[] expected = new double[Width];
        expected[score] += 2;
        expected[target] -= 2;
        Assert.That(derivatives, Is.EqualTo(expected));
    }

    [Test]
    public void An_absent_candidate_is_no_largest_one([Range(0, Width - 1)] int absent)
    {
        double[] scores = [1, 2, 3, 4, 5, 6], derivatives = new double[Width];
        scores[absent] = 1e5;
        int[] candidates = [.. Enumerable.Range(0, Width).Select(i => i == absent ? -1 : i)];

        double loss = KlDivergence.Forward<double>(scores, scores, candidates, Width, 0.5, derivatives);

        Assert.That(loss, Is.Zero);
        Assert.That(derivatives, Is.All.Zero);
    }

    [Test]
    public void A_pair_in_the_wrong_order_costs_its_difference_wherever_it_stands(
        [Range(0, Width - 1)] int high, [Range(0, Width - 1)] int low)
    {
        if (high == low) return;
        // Only one target is above another: the score of the higher one is 2 10^4 too small, all others are alone with theirs.
        double[] scores = new double[Width], targets = new double[Width], derivatives = new double[Width];
        (scores[high], scores[low], targets[high]) = (-1e4, 1e4, 1);
        int[] candidates = [.. Enumerable.Range(0, Width).Select(i => i == high || i == low ? i : -1)];

        double loss = CoSent.Forward<double>(scores, targets, candidates, derivatives);

        Assert.That(loss, Is.EqualTo(2e4));
        double[] expected = new double[Width];
        (expected[high], expected[low]) = (-1, 1);
        Assert.That(derivatives, Is.EqualTo(expected));
    }
}
