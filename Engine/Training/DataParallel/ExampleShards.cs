using System.Runtime.InteropServices;

namespace QEngine.Training;

/// <summary>
/// A step whose loss is the mean over its examples, cut into shards of neighbouring examples: each process does its own, and their
/// gradients are added up.
/// </summary>
/// <remarks>A shard draws from a generator of its own, so what it draws does not depend on who computes it.</remarks>
/// <param name="examplesOf">Does a shard.</param>
/// <param name="sum">Adds up the gradients.</param>
/// <param name="shards">Number of shards.</param>
/// <param name="group">Who shares them.</param>
internal sealed class ExampleShards(BatchGradients examplesOf, GradientSum sum, int shards, IProcessGroup group) : IStepGradients
{
    private readonly StepResult[] _own = new StepResult[sum.Own.End - sum.Own.First], _all = new StepResult[shards];
    private readonly int[] _counts = Counts(shards, group.Size);

    /// <inheritdoc/>
    public StepResult Compute(ReadOnlySpan<int> examples, SplittableRandom random, RankingStatistics ranking)
    {
        for (int shard = sum.Own.First; shard < sum.Own.End; shard++)
        {
            int first = ShardRange.FirstOf(examples.Length, shard, shards), end = ShardRange.FirstOf(examples.Length, shard + 1, shards);
            sum.BeginShard();
            _own[shard - sum.Own.First] =
                examplesOf.Add(examples[first..end], examples.Length, random.Split((ulong)shard), default, sum.Listener);
            sum.EndShard();
        }
        sum.Finish();
        group.AllGather(MemoryMarshal.AsBytes<StepResult>(_own), MemoryMarshal.AsBytes(_all.AsSpan()), _counts);
        StepResult step = new(0, ranking, 0);
        foreach (StepResult shard in _all)
            step = new(step.Loss + shard.Loss, step.Ranking.Plus(shard.Ranking), step.Tokens + shard.Tokens);
        return step;
    }

    private static unsafe int[] Counts(int shards, int processes)
    {
        int[] counts = new int[processes];
        for (int rank = 0; rank < processes; rank++)
            counts[rank] = sizeof(StepResult)
                * (ShardRange.FirstOf(shards, rank + 1, processes) - ShardRange.FirstOf(shards, rank, processes));
        return counts;
    }
}
