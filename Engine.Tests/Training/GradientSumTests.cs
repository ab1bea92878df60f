using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using QEngine.Autodiff;
using QEngine.Layers;
using QEngine.Tests.Support;
using QEngine.Training;
using QEngine.Workers;

namespace QEngine.Tests.Training;

/// <summary>The sum over shards is that of one tree, whoever has the shards.</summary>
internal sealed class GradientSumTests
{
    [Test]
    public void The_sum_has_the_bits_of_the_tree_at_any_number_of_processes([Values(1, 2, 8, 16)] int shards)
    {
        const int Count = 53;
        (int Start, int Length)[] ranges = [(3, 17), (20, 1), (29, 20)];
        float[][] gradients = [.. Enumerable.Range(0, shards).Select(shard => Random(Count, (ulong)shard))];
        for (int size = 1; size <= shards; size++)
        {
            foreach (int piece in (int[])[0, 1, 7])
            {
                foreach (float[] sum in ThreadGroup.Run(size, group => Sum(gradients, ranges, group, piece, steps: 3)))
                {
                    foreach ((int start, int length) in ranges)
                        for (int i = start; i < start + length; i++) Bits.AreEqual<float>($"{size} processes, element {i}", [sum[i]], [Tree(gradients, i, 0, shards)]);
                }
            }
        }
    }

    [Test]
    public void What_is_complete_is_sent_before_the_rest_is_computed()
    {
        float[] shard = Random(40, 1);
        int[][] begun = ThreadGroup.Run(2, group =>
        {
            ParameterStore<float> store = new();
            store.Vector("x", shard.Length, Initializer.Zeros);
            store.Allocate();
            GradientSum sum = new(store, [(0, shard.Length)], 2, group, WorkerPool.Single, piece: 10);
            List<int> counts = [];
            sum.BeginShard();
            for (int start = 30; start >= 20; start -= 10)
            {
                shard.AsSpan(start, 10).CopyTo(store.Gradients.AsSpan(start));
                sum.Listener!.CompleteFrom(start);
                counts.Add(((ThreadGroup)group).Begun);
            }
            shard.AsSpan(0, 20).CopyTo(store.Gradients);
            sum.EndShard();
            sum.Finish();
            for (int i = 0; i < shard.Length; i++) Assert.That(store.Gradients[i], Is.EqualTo(shard[i] + shard[i]));
            return (int[])[.. counts, ((ThreadGroup)group).Begun];
        });

        foreach (int[] counts in begun)
        {
            Assert.That(counts[0], Is.EqualTo(1), "the last piece");
            Assert.That(counts[1], Is.GreaterThanOrEqualTo(2), "the one before it");
            Assert.That(counts[2], Is.EqualTo(8), "two transfers a piece");
        }
    }

    [Test]
    public void Nodes_are_the_fewest_and_make_up_the_shards_of_a_process() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, 7).SelectMany(level => Gen.Choose(1, 1 << level).SelectMany(size => Gen.Choose(0, size - 1).Select(rank => (Shards: 1 << level, Size: size, Rank: rank)))).ToArbitrary(),
        process =>
        {
            int first = ShardRange.FirstOf(process.Shards, process.Rank, process.Size), end = ShardRange.FirstOf(process.Shards, process.Rank + 1, process.Size);
            IReadOnlyList<ShardRange> nodes = ShardRange.Nodes(first, end);
            int next = first;
            foreach (ShardRange node in nodes)
            {
                if (node.First != next || !int.IsPow2(node.Count) || node.First % node.Count != 0) return false;
                next += node.Count;
            }
            bool siblings = nodes.Zip(nodes.Skip(1)).Any(pair => pair.First.IsLeftOf(pair.Second));
            return first < end && next == end && !siblings && nodes.Count <= Math.Max(1, 2 * Math.Log2(process.Shards));
        }));

    [Test]
    public void Shards_of_all_processes_are_all_shards_and_as_many_each_or_one_more() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, 1000).SelectMany(items => Gen.Choose(1, 64).Select(parts => (Items: items, Parts: parts))).ToArbitrary(),
        cut =>
        {
            int[] bounds = [.. Enumerable.Range(0, cut.Parts + 1).Select(part => ShardRange.FirstOf(cut.Items, part, cut.Parts))];
            int[] sizes = [.. bounds.Zip(bounds.Skip(1), (first, end) => end - first)];
            return bounds[0] == 0 && bounds[^1] == cut.Items && sizes.Max() - sizes.Min() <= 1;
        }));

    [Test]
    public void Texts_of_all_processes_are_told_to_all()
    {
        string[] texts = ["", "two\nlines", "ψ"];

        foreach (string[] told in ThreadGroup.Run(3, group => group.Texts(texts[group.Rank]))) Assert.That(told, Is.EqualTo(texts));
        Assert.That(ThreadGroup.Run(3, group => group.Any(group.Rank == 1)), Is.All.True);
        Assert.That(ThreadGroup.Run(3, group => group.Any(false)), Is.All.False);
        Assert.That(ProcessGroup.Single.Texts("one"), Is.EqualTo((string[])["one"]));
    }

    private static float Tree(float[][] gradients, int element, int first, int count) => count == 1
        ? gradients[first][element]
        : Tree(gradients, element, first, count / 2) + Tree(gradients, element, first + (count / 2), count / 2);

    private static float[] Sum(float[][] gradients, (int Start, int Length)[] ranges, IProcessGroup group, int piece, int steps)
    {
        ParameterStore<float> store = new();
        store.Vector("x", gradients[0].Length, Initializer.Zeros);
        store.Allocate();
        GradientSum sum = new(store, ranges, gradients.Length, group, WorkerPool.Single, piece);
        for (int step = 0; step < steps; step++)
        {
            for (int shard = sum.Own.First; shard < sum.Own.End; shard++)
            {
                sum.BeginShard();
                foreach ((int start, int length) in ranges) Assert.That(store.Gradients.AsSpan(start, length).ToArray(), Is.All.Zero);
                Fill(gradients[shard], store.Gradients, step % 2 == 0 ? sum.Listener : null);
                Assert.That(sum.Listener is not null, Is.EqualTo(group.Size > 1 && shard == sum.Own.End - 1));
                sum.EndShard();
            }
            sum.Finish();
        }
        return store.Gradients;
    }

    /// <summary>As a backward pass does it: from the last gradients to the first, though some are told of late or never.</summary>
    private static void Fill(float[] shard, float[] gradients, IGradientListener? listener)
    {
        const int Part = 5;
        for (int end = shard.Length; end > 0; end -= Part)
        {
            int start = Math.Max(0, end - Part);
            shard.AsSpan(start, end - start).CopyTo(gradients.AsSpan(start));
            if (start % 2 == 0) listener?.CompleteFrom(start);
        }
    }

    private static float[] Random(int count, ulong seed)
    {
        SplittableRandom random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
    }
}
