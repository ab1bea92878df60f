using System.Runtime.Intrinsics;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Layers;
using QEngine.Simd;
using QEngine.Tensors;
using QEngine.Tests.Oracles;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>All comparisons are of bits: the sums are whole numbers and the scaling is one rounding after another on every processor.</summary>
[TestFixture]
public sealed class Int8GemmTests
{
    private static IEnumerable<(int M, int N, int K)> Shapes()
    {
        foreach (int size in AwkwardSizes.Positive)
        {
            yield return (size, 5, 7);
            yield return (13, size, 6);
            yield return (7, 9, size);
        }
        foreach (int m in new[] { 95, 96, 97, 193, 4097 }) yield return (m, 35, 17);
        yield return (194, 384, 300);
        yield return (10, 1025, 384);
    }

    [Test]
    public void Product_is_the_definition_bit_for_bit()
    {
        foreach ((int m, int n, int k) in Shapes())
        {
            float[] a = Samples.Uniform<float>(1, m * k), w = Samples.Uniform<float>(2, n * k, -0.1, 0.3);
            Trial<float> trial = new($"{m} x {n} x {k}");
            GuardedSpan<float> left = trial.Input(a), c = trial.Output(m * n);
            PackedInt8Matrix packed = Pack(w, n, k);

            trial.Run(workers => Int8Gemm.Multiply(workers, left.Span, packed, c.Span, default(NoEpilogue<float>)));

            Bits.AreEqual<float>(trial.What, c.Span, Int8Oracle.Multiply(a, w, k));
        }
    }

    [Test]
    public void Epilogues_see_the_scaled_sums()
    {
        foreach ((int m, int n, int k) in new[] { (1, 1, 1), (5, 3, 4), (16, 40, 300), (97, 70, 513), (194, 384, 64) })
        {
            float[] a = Samples.Uniform<float>(3, m * k), w = Samples.Uniform<float>(4, n * k), bias = Samples.Uniform<float>(5, n), residual = Samples.Uniform<float>(6, m * n);
            PackedInt8Matrix packed = Pack(w, n, k);
            Trial<float> trial = new($"epilogues of {m} x {n} x {k}");
            GuardedSpan<float> biased = trial.Output(m * n), added = trial.Output(m * n), activated = trial.Output(m * n);

            trial.Run(workers =>
            {
                Int8Gemm.Multiply(workers, a, packed, biased.Span, new BiasEpilogue<float>(bias));
                Int8Gemm.Multiply(workers, a, packed, added.Span, new BiasResidualEpilogue<float>(bias, residual));
                Int8Gemm.Multiply(workers, a, packed, activated.Span, new BiasGeluEpilogue<float>(bias, default));
            });

            float[] expected = Int8Oracle.Multiply(a, w, k);
            for (int i = 0; i < expected.Length; i++) expected[i] += bias[i % n];
            Bits.AreEqual<float>($"{trial.What}, bias", biased.Span, expected);
            float[] gelu = new float[expected.Length];
            Elementwise.Apply(WorkerPool.Single, default(Gelu<float>), expected, gelu);
            Bits.AreEqual<float>($"{trial.What}, GELU", activated.Span, gelu);
            for (int i = 0; i < expected.Length; i++) expected[i] += residual[i];
            Bits.AreEqual<float>($"{trial.What}, residual", added.Span, expected);
        }
    }

    [Test]
    public void Inputs_are_divided_by_their_scales_before_they_are_quantised()
    {
        foreach ((int m, int n, int k) in new[] { (1, 1, 1), (5, 3, 7), (97, 70, 513), (194, 384, 64) })
        {
            float[] a = Samples.Uniform<float>(20, m * k), w = Samples.Uniform<float>(21, n * k), scales = Samples.Uniform<float>(22, k, 0.1, 5);
            PackedInt8Matrix packed = Pack(w, n, k);
            packed.InputScales = scales;
            Trial<float> trial = new($"scaled inputs of {m} x {n} x {k}");
            GuardedSpan<float> left = trial.Input(a), c = trial.Output(m * n);

            trial.Run(workers => Int8Gemm.Multiply(workers, left.Span, packed, c.Span, default(NoEpilogue<float>)));

            Bits.AreEqual<float>(trial.What, c.Span, Int8Oracle.Multiply([.. a.Select((x, i) => x * (1 / scales[i % k]))], w, k));
        }
    }

    /// <summary>A few large inputs take most of a row's codes: shared with the weights they leave more to the others.</summary>
    [Test]
    public void Products_of_uneven_inputs_are_nearer_with_scales()
    {
        const int Rows = 60, Outputs = 50, Inputs = 200;
        float[] a = Samples.Uniform<float>(23, Rows * Inputs, -1, 1), w = Samples.Uniform<float>(24, Outputs * Inputs, -1, 1);
        for (int i = 0; i < a.Length; i++) if (i % Inputs is 3 or 77) a[i] *= 20;
        float[] exact = new float[Rows * Outputs], plain = new float[Rows * Outputs], scaled = new float[Rows * Outputs];
        for (int i = 0; i < exact.Length; i++)
        {
            double sum = 0;
            for (int p = 0; p < Inputs; p++) sum += (double)a[(i / Outputs * Inputs) + p] * w[(i % Outputs * Inputs) + p];
            exact[i] = (float)sum;
        }
        QuantizedRows rows = new(() => new PackedInt8Matrix(Outputs, Inputs), hasUnevenInputs: true);
        QuantizedParameter parameter = new("w", new Shape(Outputs, Inputs), Initializer.Zeros, rows, first: 0) { Place = 0 };
        parameter.Set(w, WorkerPool.Single);
        Int8Gemm.Multiply(WorkerPool.Single, a, (PackedInt8Matrix)rows.Rows, plain, default(NoEpilogue<float>));

        rows.BeginObserving();
        rows.Observe(a.AsSpan(0, 20 * Inputs));
        rows.Observe(a.AsSpan(20 * Inputs));
        rows.EndObserving();
        parameter.Set(w, WorkerPool.Single);
        Int8Gemm.Multiply(WorkerPool.Single, a, (PackedInt8Matrix)rows.Rows, scaled, default(NoEpilogue<float>));

        for (int input = 0; input < Inputs; input++)
            Assert.That(rows.InputScales[input], Is.EqualTo(MathF.Sqrt(Enumerable.Range(0, Rows).Max(row => MathF.Abs(a[(row * Inputs) + input])))));
        Assert.That(Error(scaled), Is.LessThan(0.5 * Error(plain)));

        double Error(float[] found) => Math.Sqrt(found.Zip(exact, (x, y) => ((double)x - y) * ((double)x - y)).Sum());
    }

    [TestCase(0f)]
    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void Inputs_that_are_nothing_or_not_finite_have_scales_of_one(float x)
    {
        QuantizedRows rows = new(() => new PackedInt8Matrix(2, 3), hasUnevenInputs: true);
        rows.BeginObserving();
        rows.Observe([x, x == 0 ? 0 : 1, x]);
        rows.EndObserving();
        Assert.That(rows.InputScales.ToArray(), Is.EqualTo((float[])[1, 1, 1]));
    }

    [Test]
    public void All_registers_of_this_processor_give_the_same_bits()
    {
        foreach ((int m, int n, int k) in new[] { (1, 1, 1), (13, 33, 65), (97, 70, 130), (7, 129, 384) })
        {
            float[] a = Samples.Uniform<float>(7, m * k), w = Samples.Uniform<float>(8, n * k), expected = Int8Oracle.Multiply(a, w, k);

            Check<LaneScalar<float>, ShortProducts<ShortLaneScalar>, ShortLaneScalar>();
            Check<Lane128<float>, ShortProducts<ShortLane128>, ShortLane128>();
            if (Tier.Bits >= 256) Check<Lane256<float>, ShortProducts<ShortLane256>, ShortLane256>();
            if (Tier.Bits >= 512) Check<Lane512<float>, ShortProducts<ShortLane512>, ShortLane512>();
            if (VnniProducts.IsSupported) Check<Lane256<float>, VnniProducts, Vector256<int>>();
            if (VnniProducts.IsSupported && Tier.Bits >= 512) Check<Lane512<float>, VnniProducts, Vector256<int>>();

            void Check<TLane, TProducts, TSums>()
                where TLane : struct, ILane<TLane, float>
                where TProducts : struct, IByteProducts<TSums>
                where TSums : struct
            {
                PackedInt8Matrix packed = Pack(new PackedInt8Matrix(n, k, TProducts.Group, 2 * TProducts.Count), w);
                float[] c = new float[m * n];
                new Int8Gemm.Work<NoEpilogue<float>>(WorkerPool.Single, a, packed, c, default).Run<TLane, TProducts, TSums>();
                Bits.AreEqual<float>($"{m} x {n} x {k}, {typeof(TProducts).Name} of {TProducts.Count}", c, expected);
            }
        }
    }

    /// <summary>Where an intermediate of 16 bits would saturate, or one of 32 bits overflow.</summary>
    [TestCase(4)]
    [TestCase(384)]
    [TestCase(PackedInt8Matrix.MaxInputs)]
    public void The_largest_sums_are_exact(int inputs)
    {
        float[] a = new float[4 * inputs], w = new float[2 * inputs], c = new float[8];
        a.AsSpan(0, inputs).Fill(1);
        a.AsSpan(inputs, inputs).Fill(-1);
        for (int i = 0; i < inputs; i++) a[(2 * inputs) + i] = i % 2 == 0 ? 1 : -1;
        for (int i = 0; i < inputs; i++) a[(3 * inputs) + i] = i == 0 ? -1e-3f : 1;
        w.AsSpan(0, inputs).Fill(1);
        w.AsSpan(inputs).Fill(-1);

        Int8Gemm.Multiply(WorkerPool.Single, a, Pack(w, 2, inputs), c, default(NoEpilogue<float>));

        Bits.AreEqual<float>("sums of 254 times 127", c, Int8Oracle.Multiply(a, w, inputs));
    }

    [Test]
    public void A_row_is_bit_identical_alone_and_in_any_batch()
    {
        const int Rows = 4103, Outputs = 70, Inputs = 40;
        float[] a = Samples.Uniform<float>(9, Rows * Inputs), batch = new float[Rows * Outputs], few = new float[5 * Outputs];
        PackedInt8Matrix packed = Pack(Samples.Uniform<float>(10, Outputs * Inputs), Outputs, Inputs);
        using WorkerPool workers = new(2);

        Int8Gemm.Multiply(workers, a, packed, batch, default(NoEpilogue<float>));

        foreach ((int row, int count) in new[] { (0, 1), (7, 1), (95, 5), (4095, 3), (4102, 1) })
        {
            Span<float> found = few.AsSpan(0, count * Outputs);
            Int8Gemm.Multiply(WorkerPool.Single, a.AsSpan(row * Inputs, count * Inputs), packed, found, default(NoEpilogue<float>));
            Bits.AreEqual<float>($"rows {row} to {row + count}", found, batch.AsSpan(row * Outputs, count * Outputs));
        }
    }

    /// <summary>Numbers whose ends lie half way between two codes, and beyond: both are rounded up, and still fit eight bits.</summary>
    [Test]
    public void Ranges_of_every_balance_stay_within_eight_bits()
    {
        for (int i = 0; i <= 1000; i++)
        {
            float[] a = [-i / 1000f, (1000 - i) / 1000f, 0, i / 2000f], w = [1, 2, 3, 4], c = new float[1];
            Int8Gemm.Multiply(WorkerPool.Single, a, Pack(w, 1, 4), c, default(NoEpilogue<float>));
            Bits.AreEqual<float>($"balance {i}", c, Int8Oracle.Multiply(a, w, 4));
        }
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    public void A_row_that_is_not_finite_becomes_NaN_and_leaves_the_others_alone(float bad)
    {
        float[] a = Samples.Uniform<float>(11, 3 * 20), w = Samples.Uniform<float>(12, 2 * 20), expected = Int8Oracle.Multiply(a, w, 20), c = new float[6];
        a[27] = bad;

        Int8Gemm.Multiply(WorkerPool.Single, a, Pack(w, 2, 20), c, default(NoEpilogue<float>));

        Assert.That(c[2..4], Is.All.NaN);
        Assert.That(c[..2].Concat(c[4..]), Is.EqualTo(expected[..2].Concat(expected[4..])));
    }

    [TestCase(0f)]
    [TestCase(1e-38f)]
    [TestCase(float.Epsilon)]
    public void Rows_of_next_to_nothing_are_zeros(float x)
    {
        float[] c = [5];
        Int8Gemm.Multiply(WorkerPool.Single, [x, -x], Pack([1, 2], 1, 2), c, default(NoEpilogue<float>));
        Assert.That(c[0], Is.Zero);
    }

    [Test]
    public void Codes_are_the_nearest_and_the_scale_is_that_of_the_largest()
    {
        foreach (int length in AwkwardSizes.Positive)
        {
            float[] row = Samples.Uniform<float>(13, length, -3, 2);
            sbyte[] codes = new sbyte[length];

            float scale = Int8Codes.Encode(row, codes);

            (int[] expected, float expectedScale) = Int8Oracle.Weights(row);
            Assert.That(codes.Select(code => (int)code), Is.EqualTo(expected), $"{length} numbers");
            Assert.That(scale, Is.EqualTo(expectedScale));
            for (int i = 0; i < length; i++) Assert.That(Math.Abs(row[i] - (codes[i] * scale)), Is.LessThanOrEqualTo(scale * 0.50001f));
        }
    }

    [Test]
    public void Half_ways_go_to_the_even_neighbour()
    {
        sbyte[] codes = new sbyte[6];
        Int8Codes.Encode([127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f], codes);
        Assert.That(codes, Is.EqualTo(new sbyte[] { 127, 0, 2, 2, 0, -2 }));
    }

    [Test]
    public void What_is_set_is_got()
    {
        foreach ((int outputs, int inputs) in new[] { (1, 1), (33, 7), (5, 66) })
        {
            foreach (IInt8Rows rows in new IInt8Rows[] { new PackedInt8Matrix(outputs, inputs), new Int8Table(outputs, inputs) })
            {
                sbyte[] found = new sbyte[inputs];
                for (int row = 0; row < outputs; row++) rows.Set(row, Codes(row, inputs), row + 0.5f);
                for (int row = 0; row < outputs; row++)
                {
                    Assert.That(rows.Get(row, found), Is.EqualTo(row + 0.5f));
                    Assert.That(found, Is.EqualTo(Codes(row, inputs)));
                }
            }
        }
    }

    [Test]
    public void Embeddings_are_those_of_the_table_in_float32()
    {
        foreach (int columns in AwkwardSizes.Positive)
        {
            int[] ids = [3, 0, 3, 1], positions = [0, 1, 2, 0];
            Int8Table table = new(4, columns);
            for (int row = 0; row < 4; row++) table.Set(row, Codes(row, columns), 0.01f * (row + 1));
            float[] words = [.. Enumerable.Range(0, 4 * columns).Select(i => table.Codes[i] * table.Scales[i / columns])];
            float[] places = Samples.Uniform<float>(14, 3 * columns), type = Samples.Uniform<float>(15, columns), gamma = Samples.Uniform<float>(16, columns), expected = new float[4 * columns];
            LayerNorm.Forward(WorkerPool.Single, new EmbeddingSum<float>(words, places, type, ids, positions), gamma, type, 1e-6f, expected, default, default);
            Trial<float> trial = new($"embeddings of {columns} columns");
            GuardedSpan<float> y = trial.Output(4 * columns);

            trial.Run(workers => LayerNorm.Forward(workers, new Int8EmbeddingSum(table, places, type, ids, positions), gamma, type, 1e-6f, y.Span, default, default));

            Bits.AreEqual<float>(trial.What, y.Span, expected);
        }
    }

    [Test]
    public void Impossible_sizes_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => _ = new PackedInt8Matrix(1, PackedInt8Matrix.MaxInputs + 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => _ = new PackedInt8Matrix(0, 1));
            Assert.Throws<ArgumentException>(() => new PackedInt8Matrix(2, 3).Set(0, new sbyte[2], 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => new PackedInt8Matrix(2, 3).Set(2, new sbyte[3], 1));
            Assert.Throws<ArgumentException>(() => new Int8Table(2, 3).Get(0, new sbyte[4]));
            Assert.Throws<ArgumentException>(() => new PackedInt8Matrix(2, 3).InputScales = new float[2]);
        });
    }

    internal static PackedInt8Matrix Pack(float[] w, int outputs, int inputs) => Pack(new PackedInt8Matrix(outputs, inputs), w);

    private static PackedInt8Matrix Pack(PackedInt8Matrix packed, float[] w)
    {
        sbyte[] codes = new sbyte[packed.Columns];
        for (int row = 0; row < packed.Rows; row++)
            packed.Set(row, codes, Int8Codes.Encode(w.AsSpan(row * packed.Columns, packed.Columns), codes));
        return packed;
    }

    private static sbyte[] Codes(int row, int inputs) => [.. Samples.Indices(row, inputs, 255).Select(code => (sbyte)(code - 127))];
}
