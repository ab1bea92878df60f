using NUnit.Framework;
using QEngine.Models;
using QEngine.Retrieval;
using QEngine.Tests.Support;
using QEngine.Tools.Heads;

namespace QEngine.Tests.Tools.Heads;

/// <summary>What is left of measured vectors in codes.</summary>
public sealed class CompressedVectorsTests
{
    private const int Columns = 6;

    [Test]
    public void Codes_are_those_of_an_index_over_the_training_vectors([Values] Similarity similarity, [Values] CodeBits bits)
    {
        float[] training = Samples.Uniform<float>(1, 200 * Columns, -1, 2), measured = Samples.Uniform<float>(2, 30 * Columns, -1, 2);
        CompressedVectors vectors = new(new HeldOutVectors(similarity, Columns, measured), new HeldOutVectors(similarity, Columns, training));

        float[] found = vectors.Stored((int)bits).Data;

        float[] kept = new float[training.Length], expected = new float[measured.Length];
        EmbeddingBlock.Keep(similarity, Columns, training, kept);
        EmbeddingBlock.Keep(similarity, Columns, measured, expected);
        ScalarQuantizer quantizer = ScalarQuantizer.Train(bits, Columns, kept);
        byte[] codes = new byte[quantizer.BytesPerRow];
        for (int first = 0; first < expected.Length; first += Columns)
        {
            quantizer.Encode(expected.AsSpan(first, Columns), codes);
            quantizer.Decode(codes, expected.AsSpan(first, Columns));
        }
        Bits.AreEqual<float>("rounded", found, expected);
    }

    [Test]
    public void A_measured_vector_does_not_change_the_codes_of_others([Values(1, 2, 4, 8)] int bits)
    {
        HeldOutVectors training = new(Similarity.Fidelity, Columns, Samples.Uniform<float>(1, 200 * Columns, -1, 1));
        float[] measured = Samples.Uniform<float>(2, 30 * Columns, -1, 1), changed = [.. measured];
        changed.AsSpan(0, Columns).Fill(3);

        float[] before = new CompressedVectors(new(Similarity.Fidelity, Columns, measured), training).Stored(bits).Data;
        float[] after = new CompressedVectors(new(Similarity.Fidelity, Columns, changed), training).Stored(bits).Data;

        Assert.That(after[Columns..], Is.EqualTo(before[Columns..]));
        Assert.That(before.Chunk(Columns).Select(row => row[0]).Distinct().Count(), Is.LessThanOrEqualTo(1 << bits));
    }

    [Test]
    public void In_single_precision_nothing_changes()
    {
        HeldOutVectors measured = new(Similarity.Cosine, 2, [3, 4, 5, 6]);

        Assert.That(new CompressedVectors(measured, measured).Stored(32), Is.SameAs(measured));
        Assert.That(measured.Scaled([2, 0.5]).Data, Is.EqualTo(new float[] { 6, 2, 10, 3 }));
    }
}
