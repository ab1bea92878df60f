using System.Globalization;

namespace QEngine.Tools.Mpi;

/// <summary>
/// What mpirun, mpiexec or srun tells a process that it starts: Open MPI by OMPI_COMM_WORLD_*, MPICH and those that go by its protocol by
/// PMI_*, Slurm with PMIx by PMIX_RANK and SLURM_STEP_NUM_TASKS.
/// </summary>
internal static class MpiLauncher
{
    /// <summary>Whether a launcher started this process.</summary>
    public static bool IsPresent => Size is not null;

    /// <summary>Whether it was that of Open MPI.</summary>
    public static bool IsOpenMpi => Number("OMPI_COMM_WORLD_SIZE") is not null;

    /// <summary>How many processes it started; null without one.</summary>
    public static int? Size => Number("OMPI_COMM_WORLD_SIZE") ?? Number("PMI_SIZE")
        ?? (Number("PMIX_RANK") is null ? null : Number("SLURM_STEP_NUM_TASKS"));

    /// <summary>Which of them this is, from 0; null without one.</summary>
    public static int? Rank =>
        IsPresent ? Number("OMPI_COMM_WORLD_RANK") ?? Number("PMI_RANK") ?? Number("PMIX_RANK") : null;

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}
