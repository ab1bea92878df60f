using NUnit.Framework;
using QEngine.Tools.Cli;
using QEngine.Tools.Sharding;

namespace QEngine.Tests.Tools.Sharding;

/// <summary>The numbers of a task, from the variables that schedulers set.</summary>
public sealed class SchedulerShardTests
{
    [TestCase("3/16", "SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT=16")]
    [TestCase("3/16", "SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT=16", "SLURM_ARRAY_TASK_MIN=0", "SLURM_ARRAY_TASK_MAX=15", "SLURM_ARRAY_TASK_STEP=1")]
    [TestCase("2/4", "SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT=4", "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_MAX=4")]
    [TestCase("1/3", "SLURM_ARRAY_TASK_ID=12", "SLURM_ARRAY_TASK_COUNT=3", "SLURM_ARRAY_TASK_MIN=10", "SLURM_ARRAY_TASK_MAX=14", "SLURM_ARRAY_TASK_STEP=2")]
    [TestCase("1/4", "SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_COUNT=4", "PMI_RANK=0", "PMI_SIZE=1")]
    [TestCase("5/6", "JOB_COMPLETION_INDEX=5", "JOB_COMPLETIONS=6")]
    [TestCase("1/2", "OMPI_COMM_WORLD_RANK=1", "OMPI_COMM_WORLD_SIZE=2")]
    [TestCase("1/2", "OMPI_COMM_WORLD_RANK=1", "OMPI_COMM_WORLD_SIZE=2", "PMI_RANK=1", "PMI_SIZE=2")]
    [TestCase("0/1", "PMI_RANK=0", "PMI_SIZE=1")]
    public void Every_scheduler_is_read(string expected, params string[] variables) =>
        Assert.That(Read(variables).ToString(), Is.EqualTo(expected));

    [TestCase("SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, OMPI_COMM_WORLD_RANK or PMI_RANK")]
    [TestCase("expected JOB_COMPLETIONS beside JOB_COMPLETION_INDEX with --shard auto, found none", "JOB_COMPLETION_INDEX=1")]
    [TestCase("expected PMI_SIZE as a whole number, found 'two'", "PMI_RANK=1", "PMI_SIZE=two")]
    [TestCase("expected PMI_RANK as a whole number, found '-1'", "PMI_RANK=-1", "PMI_SIZE=2")]
    [TestCase("expected PMI_RANK below PMI_SIZE, 2, found 2", "PMI_RANK=2", "PMI_SIZE=2")]
    [TestCase("expected PMI_RANK below PMI_SIZE, 0, found 0", "PMI_RANK=0", "PMI_SIZE=0")]
    [TestCase("found SLURM_ARRAY_TASK_ID for 3/16 and OMPI_COMM_WORLD_RANK for 0/4", "SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT=16", "OMPI_COMM_WORLD_RANK=0", "OMPI_COMM_WORLD_SIZE=4")]
    [TestCase("in even steps, found 9 among 1 to 9", "SLURM_ARRAY_TASK_ID=9", "SLURM_ARRAY_TASK_COUNT=3", "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_MAX=9")]
    public void What_tells_no_shard_is_refused(string message, params string[] variables) =>
        Assert.That(() => Read(variables), Throws.InstanceOf<UsageException>().With.Message.Contains(message));

    private static Shard Read(string[] variables) => SchedulerShard.Read(
        name => variables.FirstOrDefault(variable => variable.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..]);
}
