using System.Globalization;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Sharding;

/// <summary>Which shard a process is of by what its scheduler put into its environment.</summary>
internal static class SchedulerShard
{
    private static readonly (string Index, string Count)[] Schedulers =
    [
        ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT"),
        // Of these, Kubernetes sets the first alone; the manifest has to set the second.
        ("JOB_COMPLETION_INDEX", "JOB_COMPLETIONS"),
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
        ("PMI_RANK", "PMI_SIZE"),
    ];

    /// <summary>The shard.</summary>
    /// <param name="variable">A variable's value, or null.</param>
    /// <exception cref="UsageException">No scheduler, or several, say one, or what one says is none.</exception>
    public static Shard Read(Func<string, string?> variable)
    {
        List<(string Name, Shard Shard)> found = [];
        foreach ((string index, string count) in Schedulers)
            if (variable(index) is not null) found.Add((index, Read(variable, index, count)));
        if (found.Count == 0)
            throw new UsageException(
                $"expected {Usage.Either(Schedulers.Select(scheduler => scheduler.Index))} with --shard auto, found none: "
                + "give --shard i/N");
        // A job step of one task within an array, say, has numbers of its own that tell nothing.
        var several = found.Where(scheduler => scheduler.Shard.Count > 1).DistinctBy(scheduler => scheduler.Shard).ToArray();
        if (several.Length > 1)
            throw new UsageException(
                "expected one scheduler's numbers with --shard auto, found "
                + $"{string.Join(" and ", several.Select(scheduler => $"{scheduler.Name} for {scheduler.Shard}"))}: give --shard i/N");
        return several.Length == 1 ? several[0].Shard : found[0].Shard;
    }

    private static Shard Read(Func<string, string?> variable, string indexName, string countName)
    {
        int index = Number(variable, indexName, indexName), count = Number(variable, countName, indexName);
        if (indexName == "SLURM_ARRAY_TASK_ID") index = Place(variable, index, count);
        return index < count
            ? new Shard(index, count)
            : throw new UsageException($"expected {indexName} below {countName}, {count}, found {index}");
    }

    /// <summary>The place of a task in its array, whose numbers may begin anywhere and be any step apart.</summary>
    private static int Place(Func<string, string?> variable, int id, int count)
    {
        int first = Optional("SLURM_ARRAY_TASK_MIN", 0), step = Math.Max(1, Optional("SLURM_ARRAY_TASK_STEP", 1)),
            last = Optional("SLURM_ARRAY_TASK_MAX", first + ((count - 1) * step));
        bool isEven = id >= first && (id - first) % step == 0 && (last - first) / step == count - 1;
        return isEven
            ? (id - first) / step
            : throw new UsageException(
                $"expected a Slurm array of {count} numbers in even steps, found {id} among {first} to {last}: give --shard i/N");

        int Optional(string name, int absent) => variable(name) is null ? absent : Number(variable, name, name);
    }

    private static int Number(Func<string, string?> variable, string name, string beside) => variable(name) switch
    {
        null => throw new UsageException($"expected {name} beside {beside} with --shard auto, found none"),
        string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
        string text => throw new UsageException($"expected {name} as a whole number, found '{text}'"),
    };
}
