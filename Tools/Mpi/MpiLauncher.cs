using System.Globalization;
using QEngine.Tools.Cli;

namespace QEngine.Tools.Mpi;

/// <summary>
/// What mpirun, mpiexec or srun tells a process that it starts: Open MPI by OMPI_COMM_WORLD_*, MPICH and those that go by its protocol by
/// PMI_*, Slurm with PMIx by PMIX_RANK and SLURM_STEP_NUM_TASKS.
/// </summary>
internal static class MpiLauncher
{
    /// <summary>Whether a launcher started this process.</summary>
    public static bool IsPresent => Size is not null;

    /// <summary>
    /// Whether Open MPI's library fits it: its own launcher, or Slurm's with PMIx, which MPICH's library knows only where it was built
    /// for it.
    /// </summary>
    public static bool IsForOpenMpi =>
        Number("OMPI_COMM_WORLD_SIZE") is not null || (Number("PMIX_RANK") is not null && Number("PMI_RANK") is null);

    /// <summary>How many processes it started; null without one.</summary>
    public static int? Size => Number("OMPI_COMM_WORLD_SIZE") ?? Number("PMI_SIZE")
        ?? (Number("PMIX_RANK") is null ? null : Number("SLURM_STEP_NUM_TASKS"));

    /// <summary>Which of them this is, from 0; null without one.</summary>
    public static int? Rank =>
        IsPresent ? Number("OMPI_COMM_WORLD_RANK") ?? Number("PMI_RANK") ?? Number("PMIX_RANK") : null;

    /// <summary>Requires that a launcher started no other processes: each would do all of the work, and write the same files.</summary>
    /// <param name="command">What the user calls the work.</param>
    /// <exception cref="UsageException">It did.</exception>
    public static void RequireAlone(string command)
    {
        if (Size > 1)
            throw new UsageException($"expected one process of {command}, whose work is not shared, found {Size} of an MPI launcher");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}
