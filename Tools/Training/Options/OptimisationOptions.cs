using System.CommandLine;
using QEngine.Tools.Cli;
using QEngine.Tools.Mpi;
using QEngine.Training;

namespace QEngine.Tools.Training;

/// <summary>The options that say how the parameters move.</summary>
internal sealed class OptimisationOptions
{
    private const int DefaultShards = 8, MaxShards = 4096;

    private readonly Option<int> _epochs = new Option<int>("--epochs")
    {
        Description = "Passes over the rows.",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    }.Whole(1);

    private readonly Option<int> _batch = new Option<int>("--batch")
    {
        Description = "Queries of a batch.",
        DefaultValueFactory = _ => 64,
        HelpName = "B",
    }.Whole(1);

    private readonly Option<int> _accumulate = new Option<int>("--accumulate")
    {
        Description = "Batches of a step, whose gradients are added up.",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    }.Whole(1);

    private readonly Option<double> _rate = new Option<double>("--lr")
    {
        Description = "Largest learning rate of Adam.",
        DefaultValueFactory = _ => 5e-5,
        HelpName = "X",
    }.Real(Interval.Above(0));

    private readonly Option<double?> _headRate = new Option<double?>("--head-lr")
    {
        Description = "The same for the head; as --lr if left out.",
        HelpName = "X",
    }.Real(Interval.Above(0));

    private readonly ChoiceOption<Schedule?> _schedule = ScheduleOption.Create(
        "linear: rises over the first tenth of the steps, then falls to 0; constant: stays.");

    private readonly Option<int> _negatives = new Option<int>("--negatives")
    {
        Description = "Most hard negatives of a query; a random choice where the row has more.",
        DefaultValueFactory = _ => 5,
        HelpName = "N",
    }.Whole(0);

    private readonly Option<bool> _inBatch = new("--in-batch")
    {
        Description = "Take the other queries' passages of the batch as negatives too, but for known positives of the query.",
    };

    private readonly Option<int?> _miniBatch = new Option<int?>("--mini-batch")
    {
        Description = "Texts encoded at once: a large --batch with --in-batch in little memory, each text encoded twice; "
            + "all of the batch if left out.",
        HelpName = "N",
    }.Whole(1);

    private readonly Option<int?> _shards = new Option<int?>("--shards")
    {
        Description = "Parts of a step, a power of two, that the processes of mpirun, mpiexec or srun share; the result depends on it, not "
            + $"on how many they are. Under one of these {DefaultShards} if left out, else a step is not cut.",
        DefaultValueFactory = _ => MpiLauncher.IsPresent ? DefaultShards : null,
        HelpName = "N",
    }.Whole(1, MaxShards);

    private readonly Option<bool> _checkpointActivations = new("--checkpoint-activations")
    {
        Description = "Keep only the inputs of the encoder's layers and compute the rest again: less memory, more time, the same result.",
    };

    private readonly Option<bool> _freeze = new("--freeze-encoder")
    {
        Description = "Train the head only; every text is encoded once. As --fine-tune-layers none.",
    };

    private readonly Option<string?> _layers = new("--fine-tune-layers")
    {
        Description = "Train the head and these layers (from 0), not the embeddings; the paper's text says last:4, its code 0,9,10,11. "
            + "All and the embeddings too if left out.",
        HelpName = "all|none|last:N|I,J,...",
    };

    /// <summary>Adds the options to a command.</summary>
    public OptimisationOptions(Command command)
    {
        _schedule.DefaultValueFactory = _ => "linear";
        command.AddOptions(
            _epochs, _batch, _accumulate, _rate, _headRate, _schedule, _negatives, _inBatch, _miniBatch, _layers, _freeze,
            _checkpointActivations, _shards);
    }

    /// <summary>The settings of the trainer.</summary>
    /// <exception cref="UsageException">One of them makes no sense.</exception>
    public TrainingOptions Read(ParseResult parse, ulong seed)
    {
        int shards = parse.GetValue(_shards) ?? 1;
        if (!int.IsPow2(shards)) throw new UsageException($"expected --shards that are a power of two, found {shards}");
        bool isLinear = _schedule.Read(parse) == Schedule.Linear;
        return new TrainingOptions
        {
            WarmupShare = isLinear ? 0.1 : 0,
            Decay = isLinear,
            Epochs = parse.GetValue(_epochs),
            BatchSize = parse.GetValue(_batch),
            AccumulationSteps = parse.GetValue(_accumulate),
            LearningRate = parse.GetValue(_rate),
            HeadLearningRate = parse.GetValue(_headRate),
            Negatives = parse.GetValue(_negatives),
            InBatchNegatives = parse.GetValue(_inBatch),
            Shards = shards,
            MiniBatchSize = parse.GetValue(_miniBatch),
            CheckpointActivations = parse.GetValue(_checkpointActivations),
            Seed = seed,
        };
    }

    /// <summary>Which layers are fine-tuned; null for all and the embeddings.</summary>
    /// <exception cref="UsageException">The options contradict each other or are malformed.</exception>
    public FineTuneLayers? Layers(ParseResult parse)
    {
        string? layers = parse.GetValue(_layers);
        if (!parse.GetValue(_freeze)) return layers is null ? null : Usage.Read(() => FineTuneLayers.Parse(layers));
        if (layers is not (null or "none")) throw new UsageException($"expected --freeze-encoder or --fine-tune-layers, found both");
        return FineTuneLayers.None;
    }
}
