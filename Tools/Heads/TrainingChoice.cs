using System.CommandLine;
using QEngine.Tools.Cli;
using QEngine.Tools.Training;

namespace QEngine.Tools.Heads;

/// <summary>How a head is trained.</summary>
/// <param name="Epochs">Passes over the examples, or null.</param>
/// <param name="Steps">Steps, or null.</param>
/// <param name="Batch">Examples of a step.</param>
/// <param name="Rate">Largest learning rate.</param>
/// <param name="Decay">Whether the rate rises over the first tenth of the steps and then falls to 0, or stays.</param>
/// <param name="Shuffle">Whether the examples are shuffled.</param>
/// <param name="Initial">File of the first weights, or null.</param>
internal sealed record TrainingChoice(int? Epochs, int? Steps, int Batch, double Rate, bool Decay, bool Shuffle, InputFile? Initial);

/// <summary>The options of the training of a head.</summary>
internal sealed class TrainingChoiceOptions
{
    private const double LinearRate = 0.003, FewWeightsRate = 0.03;

    private readonly Option<int?> _epochs = new Option<int?>("--epochs")
    {
        Description = $"Passes over the examples; without this and --steps as many as make about {HeadRun.UsualSteps} steps, from 1 to "
            + $"{HeadRun.MaxUsualEpochs}.",
        HelpName = "N",
    }.Whole(1);

    private readonly Option<int?> _steps = new Option<int?>("--steps")
    {
        Description = "Steps, instead of --epochs.",
        HelpName = "N",
    }.Whole(1);

    private readonly Option<int> _batch = new Option<int>("--batch")
    {
        Description = "Groups, pairs or vectors of a step.",
        DefaultValueFactory = _ => 64,
        HelpName = "B",
    }.Whole(1);

    private readonly Option<double?> _rate = new Option<double?>("--lr")
    {
        Description = FormattableString.Invariant(
            $"Largest learning rate of Adam; if left out {LinearRate} for a linear head, {FewWeightsRate} for a quantum or grouped one."),
        HelpName = "X",
    }.Real(Interval.Above(0));

    private readonly ChoiceOption<Schedule?> _schedule = ScheduleOption.Create(
        "linear: rises over the first tenth of the steps, then falls to 0; constant: stays, the default for groups.");

    private readonly Option<bool> _noShuffle = new("--no-shuffle")
    {
        Description = "Take the examples in the file's order, wrapping round.",
    };

    private readonly Option<InputFile> _initial = new("--initial")
    {
        CustomParser = InputFile.Parse,
        Description = "Start from this head instead of a random one.",
        HelpName = "HEAD.safetensors",
    };

    private readonly Option<OutputFile> _losses = new("--losses")
    {
        CustomParser = OutputFile.ParseAs(".json"),
        Description = "Write the loss of every step; - for standard output.",
        HelpName = "OUT.json",
    };

    /// <summary>Adds the options to a command.</summary>
    public TrainingChoiceOptions(Command command)
    {
        command.AddOptions(All);
    }

    /// <summary>The learning rate where none is given.</summary>
    public static double UsualRate(HeadKind kind) => kind == HeadKind.Linear ? LinearRate : FewWeightsRate;

    private Option[] All => [_epochs, _steps, _batch, _rate, _schedule, _noShuffle, _initial, _losses];

    /// <summary>Reads the options.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="kind">The head.</param>
    /// <param name="grouped">Whether the vectors come in groups.</param>
    /// <exception cref="UsageException">A number is out of its range, or the head is not trained and an option says how.</exception>
    public TrainingChoice Read(ParseResult parse, HeadKind kind, bool grouped)
    {
        if (!HeadKinds.IsTrained(kind))
        {
            foreach (Option option in All)
                if (parse.GetResult(option) is { Implicit: false })
                {
                    throw new UsageException(
                        $"expected no {option.Name} with --head {HeadKinds.Word(kind)}, which is not trained"
                        + (kind == HeadKind.Pca ? " and is the default without labels" : ""));
                }
        }
        int? epochs = parse.GetValue(_epochs), steps = parse.GetValue(_steps);
        if (epochs is not null && steps is not null) throw new UsageException("expected --epochs or --steps, found both");
        if (steps > HeadRun.MaxSteps) throw new UsageException($"expected at most {HeadRun.MaxSteps} steps, found {steps}");
        int batch = parse.GetValue(_batch);
        double rate = parse.GetValue(_rate) ?? UsualRate(kind);
        Schedule schedule = _schedule.Read(parse) ?? (grouped ? Schedule.Constant : Schedule.Linear);
        return new TrainingChoice(
            epochs, steps, batch, rate, schedule == Schedule.Linear, !parse.GetValue(_noShuffle), parse.GetValue(_initial));
    }

    /// <summary>Where the losses are to be written, or null.</summary>
    public OutputFile? LossesFile(ParseResult parse) => parse.GetValue(_losses);
}
