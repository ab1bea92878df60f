using NUnit.Framework;
using QEngine.Tensors;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace QEngine.Tests.Tensors;

/// <summary>Packed sequences, candidate lists, shapes and handles.</summary>
internal sealed class BatchTests
{
    [Property]
    public bool Packed_sequences_are_their_tokens_end_to_end(byte[] lengths, int seed)
    {
        SplittableRandom random = new((ulong)seed);
        int[][] sequences = [.. lengths.Select((length, i) => Enumerable.Range(seed % 1000, 1 + (length * (i + 1) % 400)).ToArray())];
        PackedSequences packed = new();
        // Something else before: the arrays are reused.
        packed.Add([random.NextInt(9), random.NextInt(9)]);
        packed.Clear();
        foreach (int[] sequence in sequences) packed.Add(sequence);

        int[] offsets = packed.Offsets.ToArray();
        return packed.Count == sequences.Length
            && packed.Tokens == sequences.Sum(sequence => sequence.Length)
            && packed.Ids.ToArray().SequenceEqual(sequences.SelectMany(sequence => sequence))
            && packed.Positions.ToArray().SequenceEqual(sequences.SelectMany(sequence => Enumerable.Range(0, sequence.Length)))
            && offsets[0] == 0
            && sequences.Select((sequence, i) => offsets[i + 1] - offsets[i] == sequence.Length).All(fits => fits);
    }

    [Test]
    public void Replace_changes_one_token()
    {
        PackedSequences packed = new();
        packed.Add([1, 2]);
        packed.Add([3]);

        packed.Replace(2, 9);

        Assert.That(packed.Ids.ToArray(), Is.EqualTo([1, 2, 9]));
        Assert.That(() => packed.Replace(3, 9), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => packed.Replace(-1, 9), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(packed.Ids.ToArray(), Is.EqualTo([1, 2, 9]));
    }

    [Test]
    public void A_new_list_has_no_candidates_and_labels_the_first()
    {
        CandidateList list = new();
        list.Reset(queries: 3, width: 2);
        list.SetCandidate(2, 1, 7);
        list.Reset(queries: 2, width: 3);
        list.SetQuery(1, 5);
        list.SetCandidate(1, 0, 6);

        Assert.That(list.CandidateRows.ToArray(), Is.EqualTo([-1, -1, -1, 6, -1, -1]));
        Assert.That(list.QueryRows.Span[1], Is.EqualTo(5));
        Assert.That(list.Labels.ToArray(), Is.EqualTo([0, 0]));
    }

    [TestCase(2, 0)]
    [TestCase(-1, 0)]
    [TestCase(0, 3)]
    [TestCase(0, -1)]
    public void A_place_outside_the_list_is_refused(int query, int place)
    {
        CandidateList list = new();
        list.Reset(queries: 2, width: 3);

        Assert.That(() => list.SetCandidate(query, place, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        if (place == 0) Assert.That(() => list.SetQuery(query, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_shape_knows_its_length_and_notices_overflow()
    {
        Assert.That(new Shape(3, 5).Length, Is.EqualTo(15));
        Assert.That(Shape.Vector(4), Is.EqualTo(new Shape(1, 4)));
        Assert.That(new Shape(3, 5).ToString(), Is.EqualTo("[3, 5]"));
        Assert.That(() => new Shape(1 << 16, 1 << 16).Length, Throws.TypeOf<QEngineException>().With.Message.Contains("found [65536, 65536]"));
    }

    [Test]
    public void A_tensor_of_a_callers_array_is_a_constant_view()
    {
        float[] array = [1, 2, 3, 4, 5, 6, 7];
        Tensor<float> tensor = new(array, new Shape(2, 3));

        array[4] = 50;

        Assert.That(tensor.Span.ToArray(), Is.EqualTo([1f, 2, 3, 4, 50, 6]));
        Assert.That(tensor.NeedsGradient, Is.False);
    }
}
