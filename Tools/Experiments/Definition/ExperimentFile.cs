using System.Text.RegularExpressions;
using QEngine.Layers;
using QEngine.Models;
using QEngine.Quantum;
using QEngine.Retrieval;
using QEngine.Storage;
using QEngine.Tools.Cli;
using QEngine.Tools.Heads;
using QEngine.Tools.Training;

namespace QEngine.Tools.Experiments;

/// <summary>Reads experiments; docs/experiment.schema.json describes them.</summary>
internal static partial class ExperimentFile
{
    /// <summary>Members of the document and of its objects.</summary>
    internal static readonly string[]
        Members =
        [
            "$schema", "name", "description", "seeds", "backbones", "models", "sizes", "fractions", "bits", "training", "development",
            "tests", "comparisons",
        ],
        BackboneMembers = ["name", "model", "vectors", "seeds", "sizes", "training"],
        ModelMembers =
        [
            "name", "head", "method", "similarity", "gate", "angles", "residual", "tau", "score", "activation", "groups",
            "state_encoding", "encoding_scale", "shuffle_inputs", "start_deviation", "matryoshka", "backbones", "training",
        ],
        TestMembers = ["name", "ranking", "pairs", "judged_only", "measures"],
        ComparisonMembers = ["first", "second"];

    private static readonly string[] UsualMeasures = ["nDCG@10", "RR@10"];

    /// <summary>The words for heads.</summary>
    internal static (string Word, CellHead Value)[] Heads { get; } =
    [
        ("none", CellHead.None), ("quantum", CellHead.Quantum), ("entangled", CellHead.Entangled), ("linear", CellHead.Linear),
        ("grouped", CellHead.Grouped), ("pca", CellHead.Pca), ("tempered-pca", CellHead.TemperedPca),
        ("truncate", CellHead.Truncate), ("random", CellHead.Random),
    ];

    /// <summary>Reads an experiment.</summary>
    /// <param name="root">The document.</param>
    /// <exception cref="QEngineException">A member is unknown, missing or impossible; the message has its place.</exception>
    public static Experiment Read(JsonCursor root)
    {
        Section section = new(root, "", Members);
        ExperimentTraining training = ExperimentTraining.Read(section);
        Experiment experiment = new()
        {
            Name = Name(section, "name"),
            Description = section.RequiredText("description"),
            Seeds = Seeds(section, section.RequiredText("seeds")),
            Backbones = Distinct(section, "backbones", section.Objects("backbones", BackboneMembers), Backbone, one => one.Name),
            Models = Distinct(section, "models", section.Objects("models", ModelMembers), Model, one => one.Name),
            Sizes = section.Wholes("sizes", 1),
            Fractions = section.Has("fractions") ? section.Reals("fractions", Interval.Above(0, 1)) : [1],
            Bits = section.Has("bits") ? section.Wholes("bits", 1) : [NumberFormat.Single],
            Training = training,
            Development = section.Real("development", Interval.ShareBelowAll) ?? 0,
            Tests = Tests(section),
            Comparisons = [.. section.Objects("comparisons", ComparisonMembers).Select(one =>
                new ExperimentComparison(one.RequiredText("first"), one.RequiredText("second")))],
        };
        foreach (int bits in experiment.Bits)
            if (!NumberFormat.AllBits.Contains(bits)) throw section.Wrong("bits", "32, 8, 4, 2 or 1", $"{bits}");
        RequireDistinct(section, "sizes", experiment.Sizes);
        RequireDistinct(section, "fractions", experiment.Fractions);
        RequireDistinct(section, "bits", experiment.Bits);
        RequireKnownNames(section, experiment);
        if (experiment.Backbones.Any(one => one.Vectors is not null)) RequireVectorsOnly(section, experiment);
        if (experiment.Development > 0) RequireOneSetOfRows(section, experiment);
        return experiment;
    }

    private static ExperimentTest[] Tests(Section section)
    {
        Section[] tests = section.Objects("tests", TestMembers);
        bool hasOwn = section.Has("development") || section.Objects("backbones", BackboneMembers).All(one => one.Has("vectors"));
        if (tests.Length == 0 && hasOwn) return [];
        return Distinct(section, "tests", tests, Test, one => one.Name);
    }

    // Vectors bring their own test, and there is no text to learn from and no encoder to train.
    private static void RequireVectorsOnly(Section section, Experiment experiment)
    {
        int text = Array.FindIndex(experiment.Backbones, one => one.Vectors is null);
        if (text >= 0) throw section.Wrong($"backbones[{text}].vectors", "vectors, as others have", "none");
        if (experiment.Tests.Length > 0)
            throw section.Wrong("tests", "none beside vectors, which have their own", $"{experiment.Tests.Length}");
        if (experiment.Development > 0) throw section.Wrong("development", "none beside vectors", $"{experiment.Development}");
        IEnumerable<ExperimentTraining> training =
            [experiment.Training, .. experiment.Backbones.Select(one => one.Training), .. experiment.Models.Select(one => one.Training)];
        if (training.Any(one => one.Triples is not null)) throw section.Wrong("training.triples", "none beside vectors", "some");
        int trained = Array.FindIndex(experiment.Models, model => model.Method == CellMethod.Train);
        if (trained >= 0) throw section.Wrong($"models[{trained}].method", "\"head\" over vectors", "\"train\"");
    }

    // Development queries are the same for all cells.
    private static void RequireOneSetOfRows(Section section, Experiment experiment)
    {
        if (experiment.Training.Triples is null) throw section.Wrong("training.triples", "files to take development queries from", "none");
        bool differ = experiment.Backbones.Select(one => one.Training).Concat(experiment.Models.Select(one => one.Training))
            .Any(training => training.Triples is not null || training.MaxPerQuery is not null || training.MaxRows is not null);
        if (differ) throw section.Wrong("development", "the same training rows for all models", "others for some");
        if (experiment.Tests.Any(test => test.Name == DevelopmentTest.Name))
            throw section.Wrong("tests", $"names other than '{DevelopmentTest.Name}'", "it");
    }

    private static ExperimentBackbone Backbone(Section section)
    {
        ExperimentBackbone backbone = new(
            Name(section, "name"), section.Text("model") ?? Name(section, "name"), ExperimentTraining.Read(section))
        {
            Vectors = VectorFiles.Read(section),
            Sizes = section.Wholes("sizes", 1),
            Seeds = section.Text("seeds") is { } seeds ? Seeds(section, seeds) : null,
        };
        if (backbone.Vectors is not null && section.Has("model")) throw section.Wrong("model", "this or vectors", "both");
        return backbone;
    }

    private static ulong[] Seeds(Section section, string text) =>
        SeedList.Parse(text) ?? throw section.Wrong("seeds", SeedList.Expected, Printable.Quote(text));

    private static ExperimentModel Model(Section section)
    {
        CellHead head = section.Choice("head", Heads) ?? throw section.Wrong("head", "a head", "none");
        bool isFitted = head is CellHead.Pca or CellHead.TemperedPca or CellHead.Truncate or CellHead.Random;
        CellMethod usual = isFitted ? CellMethod.Head : CellMethod.Train;
        CellMethod method = section.Choice("method", ("train", CellMethod.Train), ("head", CellMethod.Head)) ?? usual;
        if (isFitted && method == CellMethod.Train) throw section.Wrong("method", "\"head\" for a head that is not trained", "\"train\"");
        Similarity own = head switch
        {
            CellHead.Quantum => Similarity.Fidelity,
            CellHead.Entangled => Similarity.StateFidelity,
            _ => Similarity.Cosine,
        };
        ExperimentModel model = new(
            Name(section, "name"),
            head,
            method,
            section.Choice("similarity", ("cosine", Similarity.Cosine), ("fidelity", Similarity.Fidelity)) ?? own,
            ExperimentTraining.Read(section))
        {
            Gate = section.Choice("gate", ("controlled_u", CompressionGate.ControlledU), ("cnot", CompressionGate.Cnot)) ?? default,
            Angles = section.Choice("angles", AnglesOption.Sets) ?? default,
            HasResidual = section.Flag("residual") ?? false,
            Tau = section.Real("tau", Interval.Above(0)) ?? 1,
            Activation = section.Choice("activation", ("tanh", DenseActivation.Tanh), ("identity", DenseActivation.Identity)) ?? default,
            Groups = section.Whole("groups", 1),
            StateEncoding =
                section.Choice("state_encoding", ("angle", StateEncoding.Angle), ("amplitude", StateEncoding.Amplitude)) ?? default,
            EncodingScale = section.Choice(
                "encoding_scale", ("standardize", EncodingScaleSource.Standardize), ("learned", EncodingScaleSource.Learned),
                ("per-input", EncodingScaleSource.PerInput)),
            Score = section.Choice("score", FidelityForms.All) ?? default,
            ShufflesInputs = section.Flag("shuffle_inputs") ?? false,
            StartDeviation = section.Real("start_deviation", Interval.Above(0, 10)) ?? 1,
            Matryoshka = section.Wholes("matryoshka", 1),
            Backbones = section.Texts("backbones"),
        };
        RequireFitting(section, model);
        return model;
    }

    private static void RequireFitting(Section section, ExperimentModel model)
    {
        void Only(string member, bool fits, string what)
        {
            if (section.Has(member) && !fits) throw section.Wrong(member, $"nothing but with {what}", $"head {section.Text("head")}");
        }

        bool quantum = model.Head == CellHead.Quantum, entangled = model.Head == CellHead.Entangled;
        Only("gate", quantum, "head quantum");
        Only("angles", quantum, "head quantum");
        Only("residual", quantum, "head quantum");
        Only("state_encoding", entangled, "head entangled");
        Only("encoding_scale", quantum || (entangled && model.StateEncoding == StateEncoding.Angle), "angles of qubits");
        Only("score", quantum && model.Similarity == Similarity.Fidelity, "head quantum and similarity fidelity");
        Only("shuffle_inputs", quantum && model.Method == CellMethod.Head, "head quantum and method head");
        Only("start_deviation", quantum, "head quantum");
        Only("tau", model.Similarity.IsFidelity(), "similarity fidelity");
        Only("activation", model.Head == CellHead.Linear, "head linear");
        Only("groups", model.Head == CellHead.Grouped, "head grouped");
        Only("matryoshka", model.Head == CellHead.Linear, "head linear");
        if (model.Method == CellMethod.Head) ExperimentTraining.RequireOfHeads(section);
        if (section.Has("tau") && model.Score != FidelityForm.Fidelity) throw section.Wrong("tau", "this or another score", "both");
        if (model.EncodingScale == EncodingScaleSource.Standardize && model.Method == CellMethod.Train)
            throw section.Wrong("encoding_scale", "learned or per-input with method train", "standardize");
        bool otherSimilarity = model.Head switch
        {
            CellHead.None => false,
            CellHead.Quantum => model.Similarity == Similarity.Cosine && model.Method == CellMethod.Head,
            CellHead.Entangled => model.Similarity != Similarity.StateFidelity,
            CellHead.Linear => model.Similarity == Similarity.Fidelity && model.Method == CellMethod.Head,
            _ => model.Similarity == Similarity.Fidelity,
        };
        if (otherSimilarity) throw section.Wrong("similarity", "that of such a head", Printable.Quote(section.RequiredText("similarity")));
        if (model.Head == CellHead.Grouped && model.Method == CellMethod.Train && model.Groups is null)
            throw section.Wrong("groups", "the number of groups with method train", "none");
        if (model.Matryoshka.Length > 0 && (model.Similarity == Similarity.Fidelity || !IsRising(model.Matryoshka)))
            throw section.Wrong("matryoshka", "rising numbers, and similarity cosine", string.Join(", ", model.Matryoshka));
    }

    private static ExperimentTest Test(Section section)
    {
        string? ranking = section.Text("ranking"), pairs = section.Text("pairs");
        if (ranking is null == pairs is null) throw section.Wrong("ranking", "this or pairs", ranking is null ? "neither" : "both");
        string[] measures = section.Texts("measures");
        if (pairs is not null && (measures.Length > 0 || section.Has("judged_only")))
            throw section.Wrong("pairs", "neither measures nor judged_only", "one of them");
        foreach (string measure in measures)
        {
            try
            {
                if (Measure.Parse(measure).IsCount) throw section.Wrong("measures", "measures from 0 to 1", Printable.Quote(measure));
            }
            catch (QEngineException wrong)
            {
                throw section.Wrong("measures", "measures", wrong.Message);
            }
        }
        return new ExperimentTest(
            Name(section, "name"), ranking ?? pairs!, pairs is not null, section.Flag("judged_only") ?? false,
            measures.Length > 0 ? measures : UsualMeasures);
    }

    private static void RequireKnownNames(Section section, Experiment experiment)
    {
        string[] backbones = [.. experiment.Backbones.Select(one => one.Name)], models = [.. experiment.Models.Select(one => one.Name)];
        for (int i = 0; i < experiment.Models.Length; i++)
        {
            if (Array.Find(experiment.Models[i].Backbones, name => !backbones.Contains(name)) is { } unknown)
                throw section.Wrong($"models[{i}].backbones", Usage.Either(backbones), Printable.Quote(unknown));
        }
        for (int i = 0; i < experiment.Comparisons.Length; i++)
        {
            ExperimentComparison comparison = experiment.Comparisons[i];
            foreach (string name in (string[])[comparison.First, comparison.Second])
                if (!models.Contains(name)) throw section.Wrong($"comparisons[{i}]", Usage.Either(models), Printable.Quote(name));
            if (comparison.First == comparison.Second)
                throw section.Wrong($"comparisons[{i}]", "two models", $"{Printable.Quote(comparison.First)} twice");
        }
        bool needsSizes = experiment.Models.Any(model => !model.KeepsWidth) && experiment.Backbones.Any(one => one.Sizes.Length == 0);
        if (needsSizes && experiment.Sizes.Length == 0)
            throw section.Wrong("sizes", "at least one number", "none");
    }

    private static T[] Distinct<T>(Section section, string name, Section[] items, Func<Section, T> read, Func<T, string> nameOf)
    {
        T[] all = [.. items.Select(read)];
        if (all.Length == 0) throw section.Wrong(name, "at least one", "none");
        RequireDistinct(section, name, all.Select(nameOf));
        return all;
    }

    private static void RequireDistinct<T>(Section section, string name, IEnumerable<T> values)
    {
        HashSet<T> seen = [];
        foreach (T value in values)
            if (!seen.Add(value)) throw section.Wrong(name, "each once", FormattableString.Invariant($"'{value}' twice"));
    }

    private static bool IsRising(int[] numbers) => numbers.Zip(numbers.Skip(1)).All(pair => pair.First < pair.Second);

    // Names become parts of files' names.
    private static string Name(Section section, string member)
    {
        string name = section.RequiredText(member);
        return NamePattern().IsMatch(name)
            ? name
            : throw section.Wrong(member, "letters, digits, +, - and _, at most 60, a letter or digit first", Printable.Quote(name));
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9+_-]{0,59}$")]
    private static partial Regex NamePattern();
}
