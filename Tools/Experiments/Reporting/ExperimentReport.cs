using QEngine.Tools.Cli;

namespace QEngine.Tools.Experiments;

/// <summary>What a report is made of.</summary>
/// <param name="Experiment">What was to be run.</param>
/// <param name="Cells">What is done.</param>
/// <param name="Summary">What that comes to.</param>
/// <param name="Missing">What is not done.</param>
internal sealed record ExperimentReport(
    Experiment Experiment, IReadOnlyList<CellResult> Cells, ExperimentSummary Summary, MissingCells Missing)
{
    // In the order of the report.
    private static readonly Func<ExperimentReport, ReportSection?>[] Sections =
    [
        FindingsSection.Create, RunSection.Create, ComparisonSection.Create, MeasuresSection.Create, BytesSection.Create,
        ParametersSection.Create, TrainingSizeSection.Create, LearningSection.Create, AnglesSection.Create, DifferencesSection.Create,
        SettingsSection.Create, ProvenanceSection.Create,
    ];

    /// <summary>Reads the folder of a run.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="session">Threads and progress.</param>
    /// <exception cref="QEngineException">It holds no cells, or a malformed file.</exception>
    public static ExperimentReport Read(string path, Session session)
    {
        ExperimentFolder folder = new(path);
        IReadOnlyList<CellResult> cells = folder.Results();
        if (cells.Count == 0) throw new QEngineException($"expected the folder of a run with cells that are done, found none in {path}");
        Experiment experiment = folder.Read();
        ExperimentSummary summary = ExperimentSummary.Compute(experiment, cells, session);
        return new ExperimentReport(experiment, cells, summary, MissingCells.Find(experiment, cells));
    }

    /// <summary>The report; what the experiment has not got is left out.</summary>
    public ReportDocument ToDocument() =>
        new(Experiment.Name, Experiment.Description, [.. Sections.Select(create => create(this)).OfType<ReportSection>()]);

    /// <summary>Rows of the measures that comparisons take, in all bits, of each test and encoder.</summary>
    public IEnumerable<IGrouping<(string Test, string Measure, string Backbone), SummaryRow>> Panels() =>
        Summary.Rows.Where(row => row.Place == 0).GroupBy(row => (row.Test, row.Measure, row.Backbone));

    /// <summary>The most bits that a vector is kept in.</summary>
    public int MostBits => Summary.Rows.Length == 0 ? 0 : Summary.Rows.Max(row => row.Bits);

    /// <summary>Place of a model in the experiment, which is that of its line's style in every plot.</summary>
    public int PlaceOf(string model) => Math.Max(0, Array.FindIndex(Experiment.Models, one => one.Name == model));

    /// <summary>
    /// Whether a model belongs into a plot of vectors of a size: it has it, or keeps the encoder's whatever the others have.
    /// </summary>
    public bool Fits(string model, int size, int? wanted) => wanted is null || size == wanted || KeepsWidth(model);

    /// <summary>The sizes of vectors of the models that compress, falling; null where there are none.</summary>
    /// <param name="vectors">Models and their sizes.</param>
    public int?[] Sizes(IEnumerable<(string Model, int Size)> vectors)
    {
        int?[] sizes = [.. vectors.Where(one => !KeepsWidth(one.Model)).Select(one => (int?)one.Size).Distinct().OrderDescending()];
        return sizes.Length > 0 ? sizes : [null];
    }

    private bool KeepsWidth(string model) => Array.Exists(Experiment.Models, one => one.Name == model && one.KeepsWidth);
}
