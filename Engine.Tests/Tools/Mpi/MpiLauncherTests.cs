using NUnit.Framework;
using QEngine.Tests.Tools.Commands;
using QEngine.Tools.Mpi;
using QEngine.Training;

namespace QEngine.Tests.Tools.Mpi;

/// <summary>How a process learns that a launcher of MPI started it, and what a run then cuts its steps into.</summary>
[NonParallelizable]
public sealed class MpiLauncherTests : CommandFixture
{
    private static readonly string[] Variables = ["OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "PMI_SIZE", "PMI_RANK", "PMIX_RANK", "SLURM_STEP_NUM_TASKS"];

    private Dictionary<string, string?> _before = [];

    [SetUp]
    public void Forget()
    {
        _before = Variables.ToDictionary(variable => variable, Environment.GetEnvironmentVariable);
        foreach (string variable in Variables) Environment.SetEnvironmentVariable(variable, null);
    }

    [TearDown]
    public void Remember()
    {
        foreach ((string variable, string? value) in _before) Environment.SetEnvironmentVariable(variable, value);
    }

    [TestCase("", null, null)]
    [TestCase("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=2 PMIX_RANK=2", 4, 2)]
    [TestCase("PMI_SIZE=3 PMI_RANK=0", 3, 0)]
    [TestCase("PMIX_RANK=1 SLURM_STEP_NUM_TASKS=2", 2, 1)]
    [TestCase("PMIX_RANK=1", null, null)]
    [TestCase("PMI_RANK=1", null, null)]
    [TestCase("SLURM_STEP_NUM_TASKS=2", null, null)]
    [TestCase("OMPI_COMM_WORLD_SIZE=many", null, null)]
    public void A_launcher_tells_size_and_rank(string variables, int? size, int? rank)
    {
        Set(variables);

        Assert.That((MpiLauncher.Size, MpiLauncher.Rank, MpiLauncher.IsPresent), Is.EqualTo((size, rank, size is not null)));
    }

    [TestCase("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=2 PMIX_RANK=2", true)]
    [TestCase("PMIX_RANK=1 SLURM_STEP_NUM_TASKS=2", true)]
    [TestCase("PMI_SIZE=3 PMI_RANK=0 PMIX_RANK=0", false)]
    [TestCase("PMI_SIZE=3 PMI_RANK=0", false)]
    public void A_launcher_tells_whose_library_fits(string variables, bool openMpi)
    {
        Set(variables);

        Assert.That(MpiLauncher.IsForOpenMpi, Is.EqualTo(openMpi));
    }

    [Test]
    public void One_process_is_no_group_and_needs_no_library()
    {
        Set("OMPI_COMM_WORLD_SIZE=1 OMPI_COMM_WORLD_RANK=0");

        MpiGroup.Join();

        Assert.That(MpiGroup.Current, Is.SameAs(ProcessGroup.Single));
        Assert.That(MpiGroup.IsToSay(interrupted: true));
    }

    /// <summary>The shards are those of the command line and of a launcher being there, not of how many processes it starts.</summary>
    [Test]
    public void A_step_is_cut_under_a_launcher_or_where_it_is_said()
    {
        Train("whole").Succeeded();
        Train("cut", "--shards", "8").Succeeded();
        Set("PMI_SIZE=1 PMI_RANK=0");
        Train("launched").Succeeded();

        Assert.That(Weights("launched"), Is.EqualTo(Weights("cut")).And.Not.EqualTo(Weights("whole")));
        Assert.That(File.ReadAllText(Path.Combine(In("launched"), "README.md")), Does.Contain("shards"));
        Assert.That(File.ReadAllText(Path.Combine(In("whole"), "README.md")), Does.Not.Contain("shards"));
    }

    [TestCase("3", "expected --shards that are a power of two, found 3")]
    [TestCase("0", "expected --shards from 1 to 4096, found 0")]
    [TestCase("8192", "expected --shards from 1 to 4096, found 8192")]
    public void Impossible_shards_are_refused(string shards, string message) => Train("model", "--shards", shards).Failed(2, message);

    [Test]
    public void Several_processes_of_a_training_that_is_not_shared_are_refused()
    {
        Set("PMI_SIZE=3 PMI_RANK=0");

        CommandLine.Run("pretrain", "--texts", Write("texts.txt", "red car\n"), "--encoder", Plain, "--steps", "1", "--out", In("model"))
            .Failed(2, "expected one process of pretrain, whose work is not shared, found 3 of an MPI launcher");

        Assert.That(Directory.Exists(In("model")), Is.False);
    }

    private CommandLine Train(string folder, params string[] options) => CommandLine.Run(
        ["train", "--triples", Write("rows.tsv", "red car\tfast red cars\told trees\nblue sky\tskys blue\tgreen trees\n"), "--encoder", Plain, "--max-length", "8", "--head", "quantum", "--dim", "4", "--batch", "2", "--in-batch", "--epochs", "3", "--lr", "0.01", "--out", In(folder), .. options]);

    private byte[] Weights(string folder) => File.ReadAllBytes(Path.Combine(In(folder), "model.safetensors"));

    private static void Set(string variables)
    {
        foreach (string variable in variables.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Environment.SetEnvironmentVariable(variable.Split('=')[0], variable.Split('=')[1]);
    }
}
