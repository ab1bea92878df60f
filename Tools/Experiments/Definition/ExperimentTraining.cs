using QEngine.Tools.Cli;
using RateSchedule = QEngine.Tools.Training.Schedule;

namespace QEngine.Tools.Experiments;

/// <summary>How a model is trained; null leaves a setting to what stands above it, and at last to the defaults of the commands.</summary>
internal sealed record ExperimentTraining
{
    private static readonly string[] Members =
    [
        "triples", "max_per_query", "max_rows", "epochs", "min_steps", "batch", "learning_rate", "head_learning_rate", "schedule",
        "negatives", "in_batch", "layers", "dropout", "max_length", "vocabulary", "vocabulary_size",
    ];

    // What heads over stored vectors have no use for. Above the models it may stand, for those that have.
    private static readonly string[] MembersOfEncoders = ["min_steps", "head_learning_rate", "in_batch", "layers", "dropout"];

    /// <summary>Nothing said.</summary>
    public static ExperimentTraining Default { get; } = new();

    /// <summary>The members of the object in the file.</summary>
    public static IReadOnlyList<string> Names => Members;

    /// <summary>Files of query, positive and negatives.</summary>
    public string[]? Triples { get; init; }

    /// <summary>Most rows of a query; 0 for all.</summary>
    public int? MaxPerQuery { get; init; }

    /// <summary>Rows that are taken at most, the first ones.</summary>
    public int? MaxRows { get; init; }

    /// <summary>Passes over the rows.</summary>
    public int? Epochs { get; init; }

    /// <summary>Steps that are done at least, in further passes where the epochs make fewer.</summary>
    public int? MinSteps { get; init; }

    /// <summary>Queries of a batch.</summary>
    public int? Batch { get; init; }

    /// <summary>Largest learning rate.</summary>
    public double? Rate { get; init; }

    /// <summary>The same for the head.</summary>
    public double? HeadRate { get; init; }

    /// <summary>How the rate goes.</summary>
    public RateSchedule? Schedule { get; init; }

    /// <summary>Hard negatives of a query.</summary>
    public int? Negatives { get; init; }

    /// <summary>Whether other queries' passages are negatives too.</summary>
    public bool? InBatch { get; init; }

    /// <summary>Layers that are fine-tuned, as <c>--fine-tune-layers</c> has it.</summary>
    public string? Layers { get; init; }

    /// <summary>Dropout.</summary>
    public double? Dropout { get; init; }

    /// <summary>Longest text in tokens, in training and afterwards.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Vocabulary of a new encoder.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>Pieces of a vocabulary that is trained on the texts.</summary>
    public int? VocabularySize { get; init; }

    /// <summary>Reads the member <c>training</c> of an object.</summary>
    /// <exception cref="QEngineException">A setting is unknown or out of its range.</exception>
    public static ExperimentTraining Read(Section parent)
    {
        const string Name = "training";
        if (parent.Object(Name, Members) is not { } section) return Default;
        string[] triples = section.Texts("triples");
        if (section.Has("triples") && triples.Length == 0) throw section.Wrong("triples", "at least one file", "none");
        return new ExperimentTraining
        {
            Triples = triples.Length > 0 ? triples : null,
            MaxPerQuery = section.Whole("max_per_query", 0),
            MaxRows = section.Whole("max_rows", 1),
            Epochs = section.Whole("epochs", 1),
            MinSteps = section.Whole("min_steps", 1),
            Batch = section.Whole("batch", 1),
            Rate = section.Real("learning_rate", Interval.Above(0)),
            HeadRate = section.Real("head_learning_rate", Interval.Above(0)),
            Schedule = section.Choice("schedule", ("linear", RateSchedule.Linear), ("constant", RateSchedule.Constant)),
            Negatives = section.Whole("negatives", 0),
            InBatch = section.Flag("in_batch"),
            Layers = section.Text("layers"),
            Dropout = section.Real("dropout", Interval.ShareBelowAll),
            MaxLength = section.Whole("max_length", 2),
            Vocabulary = section.Text("vocabulary"),
            VocabularySize = section.Whole("vocabulary_size", 1),
        };
    }

    /// <summary>Requires that a model of method <c>head</c> has use for all of its member <c>training</c>.</summary>
    /// <exception cref="QEngineException">It has not.</exception>
    public static void RequireOfHeads(Section model)
    {
        if (model.Object("training", Members) is not { } section) return;
        if (Array.Find(MembersOfEncoders, section.Has) is { } unused) throw section.Wrong(unused, "nothing with method head", "a setting");
    }

    /// <summary>These settings, and those of another where it says something.</summary>
    public ExperimentTraining With(ExperimentTraining over) => new()
    {
        Triples = over.Triples ?? Triples,
        MaxPerQuery = over.MaxPerQuery ?? MaxPerQuery,
        MaxRows = over.MaxRows ?? MaxRows,
        Epochs = over.Epochs ?? Epochs,
        MinSteps = over.MinSteps ?? MinSteps,
        Batch = over.Batch ?? Batch,
        Rate = over.Rate ?? Rate,
        HeadRate = over.HeadRate ?? HeadRate,
        Schedule = over.Schedule ?? Schedule,
        Negatives = over.Negatives ?? Negatives,
        InBatch = over.InBatch ?? InBatch,
        Layers = over.Layers ?? Layers,
        Dropout = over.Dropout ?? Dropout,
        MaxLength = over.MaxLength ?? MaxLength,
        Vocabulary = over.Vocabulary ?? Vocabulary,
        VocabularySize = over.VocabularySize ?? VocabularySize,
    };
}
