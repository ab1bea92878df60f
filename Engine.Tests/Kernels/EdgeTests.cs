using System.Runtime.InteropServices;
using NUnit.Framework;
using QEngine.Kernels;
using QEngine.Tests.Support;
using QEngine.Workers;

namespace QEngine.Tests.Kernels;

/// <summary>Arguments at the ends of their ranges: nothing to do, and what is no number of anything.</summary>
[TestFixture]
public sealed class EdgeTests
{
    private static readonly WorkerPool One = WorkerPool.Single;

    [Test]
    public void Without_columns_there_is_nothing_to_do()
    {
        Bias.Backward<float>(One, [], []);
        LayerNorm.Forward<float>(One, [], [], [], [], 1e-5f, [], [], []);
        LayerNorm.Backward<float>(One, [], [], [], new float[3], [], accumulate: false, [], accumulateResidual: false);
        LayerNorm.BackwardParameters<float>(One, [], [], [], []);
        MeanPooling.Forward<float>(One, [], [0, 2], []);
        MaxPooling.Forward<float>(One, [], [0, 2], [], []);
        MaxPooling.Backward<float>(One, [], [0, 2], [], []);
        NormalizeRows.Forward<float>(One, [], [], new float[2]);
        EmbeddingTable.Gather<float>(One, [], [0, 1], []);
        CandidateDots.Forward<float>(One, [], 0, [], [], []);
        Assert.That(KlDivergence.Forward<float>([], [], [], 0, 1, []), Is.Zero);
        Assert.That(MarginMse.Forward<float>([], [], [], 0, []), Is.Zero);
        Softmax.CrossEntropyForward<float>(One, [], [], [], []);
        new Attention(1, 8, Dropout.None).Forward<float>(One, [], [0], [], []);
    }

    [Test]
    public void Without_rows_there_is_nothing_to_do()
    {
        float[] kept = [1, 2, 3];

        Bias.Backward<float>(One, [], kept);
        LayerNorm.BackwardParameters<float>(One, [], [], kept, new float[3]);
        CandidateDots.Backward<float>(One, [1, 2, 3], 3, [], [], [], kept);
        EmbeddingTable.Scatter<float>(One, [], [], kept);

        Assert.That(kept, Is.EqualTo(new float[] { 1, 2, 3 }));
        Assert.That(KlDivergence.Forward<float>([], [], [], 3, 1, []), Is.Zero);
    }

    [Test]
    public void Elements_without_columns_or_rows_are_refused()
    {
        Assert.That(() => Bias.Backward<float>(One, new float[3], []), Throws.ArgumentException);
        Assert.That(() => KlDivergence.Forward<float>(new float[3], new float[3], new int[3], 0, 1, new float[3]), Throws.ArgumentException);
        Assert.That(() => MarginMse.Forward<float>(new float[3], new float[3], new int[3], 0, new float[3]), Throws.ArgumentException);
        Assert.That(() => CandidateDots.Forward<float>(One, new float[3], 3, [], [0], new float[1]), Throws.ArgumentException);
        Assert.That(() => CandidateDots.Forward<float>(One, new float[3], 0, [0], [0], new float[1]), Throws.ArgumentException);
        Assert.That(() => EmbeddingTable.Gather<float>(One, new float[3], [], new float[3]), Throws.ArgumentException);
        Assert.That(() => NormalizeRows.Forward<float>(One, new float[3], new float[3], []), Throws.ArgumentException);
    }

    [TestCase(1f)]
    [TestCase(1.5f)]
    [TestCase(-0.1f)]
    [TestCase(float.NaN)]
    public void A_dropout_that_leaves_nothing_or_is_no_probability_is_refused(float rate) =>
        Assert.That(() => new Dropout(rate, 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("expected rate from 0 to below 1, found "));

    [TestCase(0, 3, 2, 5)]
    [TestCase(1, 3, 5)]
    [TestCase(0, 0, 5)]
    [TestCase(0, 2, 6)]
    [TestCase(0, 2, 4)]
    [TestCase(0, int.MinValue, 5)]
    public void Offsets_that_do_not_divide_the_tokens_are_refused(params int[] offsets)
    {
        float[] qkv = new float[60], output = new float[20];

        Assert.That(() => new Attention(2, 4, Dropout.None).Forward(One, qkv, offsets, output, []), Throws.ArgumentException);
        Assert.That(() => new Attention(2, 4, Dropout.None).Backward(One, qkv, offsets, output, new float[10], output, new float[60], accumulate: true), Throws.ArgumentException);
        Assert.That(() => MeanPooling.Forward(One, new float[15], offsets, new float[3 * (offsets.Length - 1)]), Throws.ArgumentException);
        Assert.That(() => MaxPooling.Forward(One, new float[15], offsets, new float[3 * (offsets.Length - 1)], new float[3 * (offsets.Length - 1)]), Throws.ArgumentException);
    }

    [Test]
    public void Heads_that_do_not_divide_the_hidden_size_are_refused()
    {
        Assert.That(() => new Attention(3, 4, Dropout.None).Forward(One, new float[12], [0, 1], new float[4], []), Throws.ArgumentException);
        Assert.That(() => new Attention(0, 4, Dropout.None).Forward(One, new float[12], [0, 1], new float[4], []), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Indices_and_labels_outside_their_tables_are_refused()
    {
        Assert.That(() => Softmax.CrossEntropyForward<float>(One, new float[6], [0, 3], new float[6], new float[2]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Softmax.CrossEntropyBackward<float>(One, new float[6], [3, 0], 1, new float[6]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => CandidateDots.Forward<float>(One, new float[6], 3, [2], [0], new float[1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => CandidateDots.Forward<float>(One, new float[6], 3, [0], [-2], new float[1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        EmbeddingTableOf(ids: [0, 5]);
        EmbeddingTableOf(ids: [-1, 0]);

        static void EmbeddingTableOf(int[] ids) => Assert.That(
            () => LayerNorm.Forward(One, new EmbeddingSum<float>(new float[15], new float[15], [], ids, new int[2]), new float[3], new float[3], 1e-5f, new float[6], [], []),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Elements_of_a_view_cannot_be_written() =>
        Assert.That(
            typeof(MatrixView<float>).GetMethod("At", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic)!.ReturnParameter.GetRequiredCustomModifiers(),
            Does.Contain(typeof(InAttribute)));

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void A_matrix_that_is_not_finite_has_no_eigenvectors(float element)
    {
        float[] matrix = [1, 2, element, 2, 1, 0, element, 0, 1];

        Assert.That(() => SymmetricEigen.Decompose(One, matrix, 3, new float[3], new float[9]), Throws.TypeOf<QEngineException>());
    }

    [Test]
    public void A_matrix_that_does_not_converge_is_refused()
    {
        // Multiples of the smallest number: rotations round to themselves and never bring an element to 0.
        const int Size = 12;
        int refused = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            double[] values = Samples.Uniform<double>(seed, Size * Size, -8, 8), matrix = new double[Size * Size];
            for (int i = 0; i < Size; i++)
                for (int j = 0; j <= i; j++) matrix[(i * Size) + j] = matrix[(j * Size) + i] = Math.ScaleB(Math.Round(values[(i * Size) + j]), -1072);
            try
            {
                SymmetricEigen.Decompose(One, matrix, Size, new double[Size], new double[Size * Size]);
            }
            catch (QEngineException refusal)
            {
                Assert.That(refusal.Message, Does.StartWith("eigenvectors: expected "));
                refused++;
            }
        }
        Assert.That(refused, Is.Positive);
    }
}
